import { buyingOf } from './buying.ts';
import type { Kit } from './kit.ts';
import { Live, type LiveEvent } from './live.ts';
import type { Refused } from './refused.ts';

/** The stream of a kit's client: what it says changes the balance, confirms the e-mail and settles purchases. */
export const liveOf = (kit: Kit): Live =>
  new Live({ open: (signal) => openStream(kit, signal), heard: (event) => heard(kit, event), poll: () => kit.readBalance() });

/**
 * A session that was ended elsewhere is seen here first, and nothing of its member stays on the page. The page of a disabled client loads
 * everything again, and reads why.
 */
async function openStream(kit: Kit, signal: AbortSignal): Promise<Response> {
  try {
    return await kit.openStream(signal);
  } catch (error) {
    if (isSignedOut(error as Refused)) await kit.leave();
    if ((error as Refused).code === 'client.disabled') await kit.load();
    throw error;
  }
}

const isSignedOut = ({ code }: Refused): boolean => code === 'session.missing' || code === 'proof.refused';

function heard(kit: Kit, { balance, purchaseId, kind }: LiveEvent): void {
  // Credits that waited have come: the e-mail was confirmed, in whichever tab or browser.
  if (kit.account && kit.balance?.waiting && !balance.waiting) kit.account = { ...kit.account, emailVerified: true };
  kit.update(balance);
  // The kit has told the page of a refusal.
  if (purchaseId && kind !== 'hello') void settlePurchase(kit, purchaseId).catch(() => {});
}

const settlePurchase = async (kit: Kit, purchaseId: string): Promise<void> => (await buyingOf(kit)).settle(purchaseId);
