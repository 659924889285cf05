import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { countBases, listSources } from '../../models/source.ts';
import { readUsedStorage } from '../../models/storage-allowance.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { plansOf } from '../directory/plan.ts';
import { blockedBy, whyBlocked, whyUnconnected } from '../funds/funds.ts';
import { requireVoice } from '../integrations/provider-accounts.ts';
import { fundsOfBuyer, type KnowledgeCaller, knowledgeBuyerOf, requireBuyer } from './buyer.ts';
import { quoteItems, quoteView } from './quote.ts';
import { sourceView } from './values.ts';

/** The provider takes nothing for so many sources of an account. */
const PROVIDER_FREE = 10;

/** Says what sources would cost, before anything is sent or stored. */
export async function quoteKnowledge(
  caller: KnowledgeCaller,
  items: Parsed<'knowledge.quote'>['items'],
  deps: Deps,
): Promise<Output<'knowledge.quote'>> {
  const buyer = await requireBuyer(caller);
  await requireVoice(buyer.scope, deps);
  const quote = await quoteItems(buyer, items, deps);
  const funds = await fundsOfBuyer(buyer, quote.totalMillis);
  const [first] = plansOf(caller.access.agency);
  return quoteView(quote, buyer.plan ?? first ?? refuse('agency.not_found'), funds);
}

/** Lists the sources of a client or of the agency itself, and how much of the limits they use. */
export async function listKnowledge(caller: KnowledgeCaller): Promise<Output<'knowledge.list'>> {
  const { scope, plan } = await knowledgeBuyerOf(caller);
  const isBlocked = plan ? whyBlocked(scope, 'knowledge', plan) : whyUnconnected(scope, 'knowledge');
  const [sources, used, blocked] = await Promise.all([listSources(scope), readUsedStorage(scope), isBlocked]);
  return {
    blocked: blockedBy(caller.access, blocked),
    sources: sources.map(sourceView),
    count: { used: used.sources, most: plan?.limits.sources ?? null },
    storageBytes: { used: used.bytes, most: plan?.limits.storageBytes ?? null },
    free: { used: used.free, most: plan?.knowledge.freeItems ?? null },
  };
}

/** Counts what the provider bills the agency for: the bases of the agency and all its clients. */
export async function readCosts({ scope }: AgencyAccess): Promise<Output<'knowledge.costs'>> {
  const sources = await countBases(scope);
  return { sources, providerFree: PROVIDER_FREE, billed: Math.max(0, sources - PROVIDER_FREE) };
}
