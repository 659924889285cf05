import type { ClientScope } from '../../api/models/scope.ts';
import { randomName } from '../../api/security/random.ts';

/** A client of an agency, new to the ledger; of a new agency unless one is given. */
export function newClient(agencyId = `agn_${randomName()}`): ClientScope {
  return { agencyId, world: 'test.0', clientId: `cli_${randomName()}`, subject: randomName() };
}

/** Who did it, where it does not matter. */
export const somebody = { actor: 'test', at: new Date('2026-01-02T03:04:05Z') };

export const bySecond = { by: 'second' } as const;

/** A call that costs exactly so many milli-credits by the second, where that is possible: 50 milli-credits are 3 seconds. */
export const secondsFor = (millis: number): number => Math.floor((millis * 60) / 1000);

/** A log for what must not fail. */
export const noErrors = {
  log: {
    info: () => {},
    error: (detail: object, message: string) => {
      throw new Error(message, { cause: detail });
    },
  },
};
