import type { Input } from '../../../api/contract/index.ts';
import type { Agency } from '../../support/agency.ts';
import type { TestApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';

const first = { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 10_000 } as const;
export const large = {
  name: 'Large',
  centsPer100Credits: 3000,
  currency: 'EUR' as const,
  priceMillis: 30_000,
  features: ['numbers', 'knowledge', 'beta'],
} satisfies NonNullable<Input<'agency.update'>['plans']>[number];

/** Opens an agency with a second plan, and a client with credits. */
export async function openAgency({ createAgency }: TestApi, credits = 100_000): Promise<{ agency: Agency; page: Page; planId: string }> {
  const agency = await createAgency({ plan: first });
  const { plans } = await agency.call('agency.update', { plans: [large] });
  const page = await agency.openPage();
  await page.enter();
  if (credits > 0) await agency.allocate(page.clientId, credits);
  return { agency, page, planId: plans[0]?.id ?? '' };
}

export const current = async (page: Page) => (await page.call('plans.list', {})).plans.find((plan) => plan.current)?.name;
export const figures = async (page: Page) => {
  const { available, held, used } = await page.call('credits.balance', {});
  return { available, held, used };
};
