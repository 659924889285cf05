import assert from 'node:assert/strict';
import type { Input, Output } from '../../../api/contract/index.ts';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { NumberModel } from '../../../api/models/number.ts';
import { later } from '../../../api/rules/time.ts';
import type { Agency } from '../../support/agency.ts';
import type { TestApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';

type Plan = Input<'agencies.create'>['plan'];

/** The agency's prices: a credit costs 40 cents, and a number 3 credits once and 2 a month. */
export const plan: Plan = {
  centsPer100Credits: 4000,
  currency: 'EUR',
  freeMillis: 0,
  numbers: [
    { country: 'US', type: 'local', setupMillis: 3000, monthlyMillis: 2000 },
    { country: 'US', type: 'toll_free', setupMillis: 4000, monthlyMillis: 3000 },
    { country: 'GB', type: 'mobile', setupMillis: 5000, monthlyMillis: 4000 },
    { country: 'DE', type: 'local', setupMillis: 5000, monthlyMillis: 4000 },
  ],
};
/** Setup and the first month. */
export const PRICE = 5000;
export const RENT = 2000;
export const DAY_SECONDS = 24 * 3600;

export interface NumberShop {
  agency: Agency;
  page: Page;
  /** The agency's account at the provider. */
  account: { sid: string; authToken: string };
}

/** Opens an agency that sells numbers from its account at the sandbox's Twilio, and a client with credits. */
export async function openNumberShop(
  api: TestApi,
  { credits = 100_000, changes = {}, account }: { credits?: number; changes?: Partial<Plan>; account?: NumberShop['account'] } = {},
): Promise<NumberShop> {
  const agency = await api.createAgency({ plan: { ...plan, ...changes } });
  const used = account ?? api.sandbox.twilio.createAccount(agency.slug, { numbers: 3 });
  await agency.call('integrations.connectTelephony', { accountSid: used.sid, authToken: used.authToken });
  return { agency, account: used, page: await openClient(agency, credits) };
}

export async function openClient(agency: Agency, credits = 100_000): Promise<Page> {
  const page = await agency.openPage();
  await page.enter();
  if (credits > 0) await agency.allocate(page.clientId, credits);
  return page;
}

export const usLocal = { country: 'US', type: 'local' } as const;

/** Finds the numbers of the kind that are for sale. */
export async function searchFree(page: Page, kind: Pick<Input<'numbers.search'>, 'country' | 'type'> = usLocal): Promise<string[]> {
  const { numbers } = await page.call('numbers.search', kind);
  return numbers.filter(({ taken }) => !taken).map(({ number }) => number);
}

/** Finds a number of the kind for sale; each call returns another. */
let taken = 0;
export async function findNumber(page: Page, kind: Pick<Input<'numbers.search'>, 'country' | 'type'> = usLocal): Promise<string> {
  const free = await searchFree(page, kind);
  taken += 1;
  return free[taken % free.length] ?? assert.fail('the sandbox has no such number left');
}

export async function reserve(page: Page, number?: string, kind: Pick<Input<'numbers.reserve'>, 'country' | 'type'> = usLocal) {
  return page.call('numbers.reserve', { number: number ?? (await findNumber(page, kind)), ...kind });
}

let attempts = 0;
export const newKey = () => {
  attempts += 1;
  return { 'idempotency-key': `numbers-attempt-${attempts}` };
};

/** Searches, reserves and buys with credits. */
export async function buy(page: Page, kind = usLocal): Promise<Output<'numbers.buy'> & { number: string }> {
  const { reservationId, number } = await reserve(page, undefined, kind);
  return { ...(await page.call('numbers.buy', { reservationId }, newKey())), number };
}

export const numbersOf = async (page: Page) => (await page.call('numbers.list', {})).numbers;

/** Reads available, held and used milli-credits. */
export async function figures(page: Page): Promise<{ available: number; held: number; used: number }> {
  const { available, held, used } = await page.balance();
  return { available, held, used };
}

/**
 * Advances business time and collects rents in up to `rounds` equal steps; twice in parallel, as two processes would. Goes past a step on
 * which nothing is due, because each move of the clock wakes every job.
 */
export async function passDays(api: TestApi, days: number, rounds = days): Promise<void> {
  const stepSeconds = (days / rounds) * DAY_SECONDS;
  for (let round = 1, seconds = stepSeconds; round <= rounds; round += 1, seconds += stepSeconds) {
    if (round < rounds && !(await isRentDue(later(api.deps.now(), seconds * 1000)))) continue;
    api.sandbox.clock.advance(seconds);
    seconds = 0;
    await Promise.all([collectRents(api.deps, 100), collectRents(api.deps, 100)]);
    // A job that the clock has woken may still handle one of them: it is then due in two minutes, not in hours.
    await until(async () => !(await isRentDue(later(api.deps.now(), 150_000))), 'the end of all rounds');
  }
}

const isRentDue = async (at: Date): Promise<boolean> => (await NumberModel.exists({ rentAt: { $lte: at } })) !== null;

/** Ends the rents of all numbers, so that no later test collects them on its way. */
export const endRents = () => NumberModel.updateMany({}, { $unset: { rentAt: 1 } });

/** Lists the subjects of a person's mails about numbers. */
export const mailsAboutNumbers = ({ sandbox }: TestApi, email: string): string[] =>
  sandbox.mail
    .list()
    .filter(({ to }) => JSON.stringify(to).includes(email))
    .map(({ subject }) => subject)
    .filter((subject) => /number/i.test(subject));
