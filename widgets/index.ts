import type { Kit, KitOptions } from './core/kit.ts';
import { start as startKit } from './core/start.ts';
import { elements } from './elements.ts';

export type { WlBalanceMeter } from './balance-meter/balance-meter.ts';
export type { WlBuyCredits } from './buy-credits/buy-credits.ts';
export type { WlEvents } from './core/events.ts';
export type { Kit, KitOptions } from './core/kit.ts';
export type { Wl } from './core/start.ts';
export type { WlGate } from './gate/gate.ts';
export type { WlKnowledgeUpload } from './knowledge-upload/knowledge-upload.ts';
export type { WlNumberPurchase } from './number-purchase/number-purchase.ts';
export type { WlOpen } from './open/open.ts';
export type { WlPlans } from './plans/plans.ts';
export type { WlSessions } from './sessions/sessions.ts';
export type { WlSignup } from './sign-up/sign-up.ts';
export type { WlStatement } from './statement/statement.ts';

/** For pages that bundle the widgets instead of using the script tag: starts a kit, then defines the elements. */
export async function start(options: KitOptions): Promise<Kit> {
  const kit = startKit(options);
  await Promise.all(Object.values(elements).map((load) => load()));
  await Promise.all(Object.keys(elements).map((tag) => customElements.whenDefined(tag)));
  return kit;
}
