import { confirmedView } from '../elements/sign-up/confirmed-view.ts';
import { arrivalStrings } from '../strings/en/arrival.ts';
import { readFragment } from './fragment.ts';
import type { Kit } from './kit.ts';
import { confirmEmail } from './sign-in.ts';

/**
 * Takes in what a mailed link or the payment page says to the page, and confirms an e-mail.
 * @throws Refused where nobody answered; the link counts with the next try
 */
export async function takeArrival(kit: Kit): Promise<void> {
  Object.assign(kit.texts, arrivalStrings);
  Object.assign(kit.deferred ?? {}, { confirmedView });
  kit.fragment = { ...kit.fragment, ...readFragment(kit.key) };
  if (kit.fragment.verify) await confirmEmail(kit, kit.fragment.verify);
}
