import type { World } from '../world.ts';
import { accountOf, openTwilioAccount } from './accounts.ts';
import { addAddress } from './addresses.ts';
import { addNumber, isOwned } from './incoming.ts';
import type { Address, Bundle, BundleStatus, IncomingNumber, NumberType, PhoneKind, TwilioAccount } from './objects.ts';
import { addBundle } from './papers.ts';
import { notAvailable } from './refusals.ts';

/**
 * Actions of the sandbox itself: open accounts, review papers, buy numbers first. Every function throws an Error with one sentence for an
 * unknown object.
 */
export interface TwilioControl {
  /** @param given its first numbers, 3 by default, and whether it is a trial, which may have one number */
  createAccount(name: string, given?: { numbers?: number; trial?: boolean }): TwilioAccount;
  accounts(): TwilioAccount[];
  /** Lists the numbers of one account, or of all. */
  numbers(accountSid?: string): IncomingNumber[];
  /** Lets somebody else buy a number. */
  take(phoneNumber: string): void;
  /** Adds a number to an account, as its owner would in Twilio's console. */
  addNumber(accountSid: string, phoneNumber: string): IncomingNumber;
  /** Suspends an account, e.g. because its balance is used up, or resumes it. */
  setStatus(accountSid: string, status: TwilioAccount['status']): void;
  /** Forbids an account to buy numbers, or allows it. */
  restrict(accountSid: string, isRestricted: boolean): void;
  /** Sets the countries that an account can neither call nor text, among those of the sandbox. */
  closeCountries(accountSid: string, countries: readonly string[]): void;
  /** Verifies a number of a trial account's owner. */
  verify(accountSid: string, phoneNumber: string): void;
  /** Sets the kind of phone behind a number. */
  setPhone(phoneNumber: string, kind: PhoneKind): void;
  addBundle(accountSid: string, bundle: { country: string; type: NumberType; status: BundleStatus }): Bundle;
  /** Decides a review of papers. */
  setBundle(bundleSid: string, status: BundleStatus): Bundle;
  addAddress(accountSid: string, country: string): Address;
}

export function twilioControl(world: World, changed: () => void): TwilioControl {
  const done = <Thing>(thing: Thing): Thing => {
    changed();
    return thing;
  };
  const change = (sid: string, fields: Partial<TwilioAccount>) => void done(Object.assign(accountOf(world, sid), fields));
  const unowned = (phoneNumber: string) => {
    if (isOwned(world, phoneNumber)) throw notAvailable(phoneNumber);
  };
  return {
    createAccount: (name, { numbers = 3, trial = false } = {}) => done(openTwilioAccount(world, { name, numbers, isTrial: trial })),
    accounts: () => world.twilio,
    numbers: (sid) => world.twilio.filter((one) => sid === undefined || one.sid === sid).flatMap(({ numbers }) => Object.values(numbers)),
    take(phoneNumber) {
      unowned(phoneNumber);
      world.takenNumbers.push(phoneNumber);
      changed();
    },
    addNumber(sid, phoneNumber) {
      unowned(phoneNumber);
      return done(addNumber(world, accountOf(world, sid), { phoneNumber }));
    },
    setStatus: (sid, status) => change(sid, { status }),
    restrict: (sid, isRestricted) => change(sid, { isRestricted }),
    closeCountries: (sid, closedCountries) => change(sid, { closedCountries: [...closedCountries] }),
    verify: (sid, phoneNumber) => change(sid, { verifiedNumbers: [...(accountOf(world, sid).verifiedNumbers ?? []), phoneNumber] }),
    setPhone(phoneNumber, kind) {
      world.phones = { ...world.phones, [phoneNumber]: kind };
      changed();
    },
    addBundle: (sid, bundle) => done(addBundle(world, accountOf(world, sid), bundle)),
    setBundle(sid, status) {
      const bundle = world.twilio.map(({ bundles }) => bundles[sid]).find(Boolean);
      if (!bundle) throw Object.assign(new Error(`There is no bundle ${sid}.`), { status: 404 });
      return done(Object.assign(bundle, { status }));
    },
    addAddress: (sid, country) => done(addAddress(world, accountOf(world, sid), { ...anywhere, country })),
  };
}

const anywhere = {
  customerName: 'Northwind',
  friendlyName: 'Office',
  street: '1 High Street',
  city: 'Anytown',
  region: 'Any',
  postalCode: '10001',
};
