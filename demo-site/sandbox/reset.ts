import type { Clock } from './clock.ts';
import type { Faults } from './faults/faults.ts';
import type { RetellCore } from './retell/core.ts';
import { trunkAtFirst } from './trunk/trunk.ts';
import { stock } from './twilio/accounts.ts';

/** Resets everything except accounts and payments, because others hold their keys and ids. */
export function reset({ world, failing }: Pick<RetellCore, 'world' | 'failing'>, clock: Clock, faults: Faults): void {
  faults.calm();
  failing.bases = 0;
  Object.assign(world, { mails: [], phoneMessages: [], phones: {}, takenNumbers: [], trunk: { ...trunkAtFirst } });
  const atFirst = {
    status: 'active',
    isRestricted: false,
    closedCountries: [],
    verifiedNumbers: [],
    numbers: {},
    bundles: {},
    addresses: {},
  };
  for (const account of world.twilio) Object.assign(account, structuredClone(atFirst));
  for (const account of world.twilio) stock(world, account);
  for (const account of world.retell) {
    account.bases = {};
    for (const { versions } of [...Object.values(account.llms), ...Object.values(account.flows)])
      for (const version of versions) version.knowledge_base_ids = null;
  }
  clock.set(0);
}
