import { elements } from './elements.ts';
import type { Kit, KitOptions } from './kit/kit.ts';
import { startKit } from './kit/start.ts';

export type { WlBalanceMeter } from './elements/balance-meter/balance-meter.ts';
export type { WlBuyCredits } from './elements/buy-credits/buy-credits.ts';
export type { WlGate } from './elements/gate/gate.ts';
export type { WlKnowledgeUpload } from './elements/knowledge-upload/knowledge-upload.ts';
export type { WlNumberPurchase } from './elements/number-purchase/number-purchase.ts';
export type { WlOpen } from './elements/open/open.ts';
export type { WlPlans } from './elements/plans/plans.ts';
export type { WlSessions } from './elements/sessions/sessions.ts';
export type { WlSignup } from './elements/sign-up/sign-up.ts';
export type { WlStatement } from './elements/statement/statement.ts';
export type { WlEvents } from './kit/events.ts';
export type { Kit, KitOptions } from './kit/kit.ts';
export type { Wl } from './kit/start.ts';

/** For pages that bundle the widgets instead of using the script tag: starts a kit, then defines the elements. */
export async function start(options: KitOptions): Promise<Kit> {
  const kit = startKit(options, () => import('./deferred.ts'));
  await Promise.all(Object.values(elements).map((load) => load()));
  await Promise.all(Object.keys(elements).map((tag) => customElements.whenDefined(tag)));
  return kit;
}
