import { type AgencyScope, within } from './scope.ts';
import { TransferModel } from './transfer.ts';

/** The sums of accounts that only purchases move: what came and went on each, in its own unit. */
export async function readPurchaseSums(scope: AgencyScope, accounts: readonly string[]): Promise<Map<string, number>> {
  const sums = await TransferModel.aggregate<{ _id: string; sum: number }>([
    { $match: { ...within(scope), purchaseId: { $exists: true } } },
    { $unwind: '$postings' },
    { $match: { 'postings.account': { $in: accounts } } },
    { $group: { _id: '$postings.account', sum: { $sum: '$postings.amount' } } },
  ]).readConcern('majority');
  return new Map(sums.map(({ _id, sum }) => [_id, sum]));
}
