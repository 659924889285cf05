import mongoose from 'mongoose';
import type { Agency } from '../../support/agency.ts';

/** Each field that a live portal needs and that can be missing, with its place in the database. */
export const neededFields = {
  'brand.companyName': 'brand.companyName',
  'stripe.publishableKey': 'stripe.live.publishableKey',
  'stripe.secretKey': 'stripe.live.secretKey.text',
  'stripe.productId': 'stripe.live.productId',
  'stripe.priceId': 'stripe.live.priceId',
  'stripe.webhookSecret': 'stripe.live.webhookSecret.text',
};

/** Takes a field away from a stored agency, and returns the way to put it back. */
export async function loseField({ id }: Pick<Agency, 'id'>, path: string): Promise<() => Promise<void>> {
  const agencies = mongoose.connection.collection<{ _id: string }>('agencies');
  const row = await agencies.findOne({ _id: id });
  const value = path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], row);
  const put = async (given: unknown) => void (await agencies.updateOne({ _id: id }, { $set: { [path]: given } as never }));
  await put('');
  return () => put(value);
}
