import assert from 'node:assert/strict';
import test, { after, mock } from 'node:test';
import fc from 'fast-check';
import { removeLeftovers } from '../../../api/jobs/leftovers.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { runs } from '../../support/runs.ts';

const { createAgency, deps, url } = await startApi();
const page = await (await createAgency({ stripe: false })).openPage();
await page.signUp();

const HOUR_MS = 3_600_000;
const HOURS_MAX = 26;
const startedAt = Date.now();
mock.timers.enable({ apis: ['Date'], now: startedAt });
after(() => mock.timers.reset());

/**
 * Sends one proof at each of these hours, after expired documents were removed.
 * @returns the hours at which it was accepted
 */
async function acceptedAt(iatHour: number, hours: readonly number[]): Promise<number[]> {
  const proof = await page.prove(`${url}/v1/sessions.refresh`, { iat: Math.floor(startedAt / 1000) + iatHour * 3600 });
  const accepted: number[] = [];
  for (const hour of hours) {
    mock.timers.setTime(startedAt + hour * HOUR_MS);
    await removeLeftovers(deps);
    const reply = await page.try('sessions.refresh', proof);
    if (reply.status === 200) accepted.push(hour);
    else assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 401, code: 'proof.refused' });
  }
  return accepted;
}

test('sessions.refresh SX21: a proof is accepted once from a clock 26 hours off, and never again however late', async () => {
  const hour = fc.double({ min: 0, max: 160, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 10, max: 90, noNaN: true }), fc.array(hour, { minLength: 1, maxLength: 6 }), async (iat, sentAt) => {
      const hours = [...sentAt, iat - HOURS_MAX + 0.01, iat + HOURS_MAX - 0.01].filter((each) => each >= 0).sort((a, b) => a - b);
      const timely = hours.filter((each) => Math.abs(each - iat) < HOURS_MAX);
      const late = hours.filter((each) => Math.abs(each - iat) > HOURS_MAX + 0.1);
      const accepted = await acceptedAt(iat, hours);
      assert.deepEqual(accepted.slice(1), [], 'accepted twice');
      assert.deepEqual(
        accepted.filter((each) => late.includes(each)),
        [],
        'accepted outside of its time',
      );
      if (timely.length > 0) assert.equal(accepted[0], timely[0]);
    }),
    {
      numRuns: runs(15),
      examples: [
        [90, [64.1, 112.2, 115.9]],
        [10, [0, 36.1, 48.1, 61]],
      ],
    },
  );
});
