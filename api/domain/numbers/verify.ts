import { randomInt } from 'node:crypto';
import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { changeNumber, countWrongCode, type PhoneNumber } from '../../models/number.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { digestInput } from '../../security/digest.ts';
import { requireTelephony } from '../integrations/provider-accounts.ts';
import { type CodeDeps, countCode } from './codes.ts';
import { numberView, requireNumber } from './view.ts';

/** Real time, because these limit guessing. */
const CODE_MS = 10 * 60 * 1000;
const LOCK_MS = 15 * 60 * 1000;
const WRONG_MAX = 5;

type Channel = Parsed<'numbers.sendCode'>['channel'];

/** Sends another code; the earlier one becomes invalid. */
export async function sendAnotherCode(
  access: AgencyAccess,
  scope: ClientScope,
  { numberId, channel }: Parsed<'numbers.sendCode'>,
  deps: CodeDeps,
): Promise<Output<'numbers.sendCode'>> {
  const row = await requireUnproven(scope, numberId);
  requireUnlocked(row);
  await countCode(scope, row, deps);
  await sendCode(access, row, channel, deps);
  return { sent: true, expiresInSeconds: CODE_MS / 1000 };
}

/** Sends a code through the agency's account. Stores its hash first, so that a code that arrives is always known. */
export async function sendCode({ agency, scope }: AgencyAccess, row: PhoneNumber, channel: Channel, deps: Deps): Promise<void> {
  const account = await requireTelephony(scope, deps);
  const own = await deps.telephony.listNumbers(account);
  const from = own.find(({ number, capabilities }) => number !== row.number && capabilities[channel === 'sms' ? 'sms' : 'voice']);
  if (!from) refuse('telephony.not_configured', { cause: 'the account has no number to send a code from' });
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const { wrong = 0, lockedUntil } = row.check ?? {};
  const check = {
    code: hashed(row._id, code, deps),
    expiresAt: new Date(Date.now() + CODE_MS),
    // A new code does not reset the count before a lock has ended.
    wrong: isOver(lockedUntil) ? 0 : wrong,
  };
  await changeNumber(row, row._id, { state: 'pending_verification' }, { set: { check } });
  await deps.telephony.sendCode(account, { channel, from: from.number, to: row.number, code, sender: agency.brand.companyName });
}

/** Verifies by the code that the client owns a number, which is then claimed for good. */
export async function verifyNumber(
  scope: ClientScope,
  { numberId, code }: Parsed<'numbers.verify'>,
  deps: Deps,
): Promise<Output<'numbers.verify'>> {
  const row = await requireUnproven(scope, numberId);
  requireUnlocked(row);
  const { check } = row;
  if (check?.code === undefined || check.expiresAt === undefined || check.expiresAt.getTime() <= Date.now()) refuse('number.code_expired');
  // Counts before comparing, so that parallel guesses all count.
  const counted = (await countWrongCode(numberId, WRONG_MAX)) ?? refuse('number.locked', { values: { minutes: LOCK_MS / 60_000 } });
  if (counted.check?.code !== hashed(numberId, code, deps)) return refuseCode(scope, counted);
  const proven = await changeNumber(
    scope,
    numberId,
    { state: 'pending_verification' },
    { set: { state: 'active', claim: row.number }, unset: ['check'] },
  );
  if (proven === 'taken') refuse('number.connected');
  return numberView(proven ?? (await requireNumber(scope, numberId)));
}

/** Refuses a wrong code. The fifth locks the number. */
async function refuseCode(scope: ClientScope, { _id, check }: PhoneNumber): Promise<never> {
  const wrong = check?.wrong ?? WRONG_MAX;
  if (wrong < WRONG_MAX) return refuse('number.code_wrong', { param: 'code', values: { left: WRONG_MAX - wrong } });
  // The code is deleted; after the lock another one is needed.
  const locked = { wrong, lockedUntil: new Date(Date.now() + LOCK_MS) };
  await changeNumber(scope, _id, { state: 'pending_verification' }, { set: { check: locked } });
  return refuse('number.locked', { values: { minutes: LOCK_MS / 60_000 } });
}

async function requireUnproven(scope: ClientScope, numberId: string): Promise<PhoneNumber> {
  const row = await requireNumber(scope, numberId);
  if (row.state === 'released') refuse('number.not_found');
  if (row.state !== 'pending_verification') refuse('number.verified');
  return row;
}

const isOver = (at: Date | undefined): boolean => at !== undefined && at.getTime() <= Date.now();

function requireUnlocked({ check }: PhoneNumber): void {
  if (check?.lockedUntil === undefined || isOver(check.lockedUntil)) return;
  refuse('number.locked', { values: { minutes: Math.ceil((check.lockedUntil.getTime() - Date.now()) / 60_000) } });
}

const hashed = (numberId: string, code: string, { keys }: Deps): string => digestInput(keys, 'number.code', numberId, code);
