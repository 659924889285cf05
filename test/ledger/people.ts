import type { ClientScope } from '../../api/models/scope.ts';
import { randomName } from '../../api/security/random.ts';

/** Names a client that is new to the ledger, of a new agency by default. */
export function newClient(agencyId = `agn_${randomName()}`): ClientScope {
  return { agencyId, world: 'test.0', clientId: `cli_${randomName()}`, subject: randomName() };
}

/** An actor and a time for tests that need neither. */
export const somebody = { actor: 'test', at: new Date('2026-01-02T03:04:05Z') };

export const bySecond = { by: 'second' } as const;

/** Returns the seconds of a call that costs this many milli-credits, rounded down: 50 milli-credits are 3 seconds. */
export const secondsFor = (millis: number): number => Math.floor((millis * 60) / 1000);

/** A log that fails the test at the first error. */
export const noErrors = {
  log: {
    info: () => {},
    error: (detail: object, message: string) => {
      throw new Error(message, { cause: detail });
    },
  },
};
