import { createHash } from 'node:crypto';
import mongoose from 'mongoose';
import { z } from 'zod';
import { contract, type Operation, type OperationName } from '../../api/contract/index.ts';
import { untilState } from '../api/knowledge/voice-client.ts';
import type { Agency } from '../support/agency.ts';
import type { TestApi } from '../support/api.ts';
import type { Page } from '../support/page.ts';

export const names = Object.keys(contract) as OperationName[];
export const operationOf = (name: OperationName): Operation => contract[name];

const usLocal = { country: 'US', type: 'local' } as const;

/** Makes an agency sell numbers. */
async function sellNumbers(agency: Agency, { twilio }: TestApi['sandbox']): Promise<void> {
  const { plan } = await agency.call('agency.read', {});
  await agency.call('agency.update', { plan: { ...plan, numbers: [{ ...usLocal, setupMillis: 1000, monthlyMillis: 1000 }] } });
  const { sid: accountSid, authToken } = twilio.createAccount(agency.slug);
  await agency.call('integrations.connectTelephony', { accountSid, authToken });
}

/** Kinds of ids, by prefix. */
export type Prefix = 'cli' | 'pur' | 'pkg' | 'ses' | 'agn' | 'pln' | 'ord' | 'src' | 'agt' | 'num' | 'rsv';
export type Ids = Record<Prefix, string>;

/** Lists the id fields of an operation's input, from its schema. */
export function idFields(name: OperationName): [field: string, prefix: Prefix][] {
  const schema = z.toJSONSchema(operationOf(name).input, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { pattern?: string }>;
  };
  return Object.entries(schema.properties ?? {}).flatMap(([field, { pattern = '' }]) => {
    const prefix = /^\^([a-z]{3})_/.exec(pattern)?.[1];
    return prefix ? [[field, prefix as Prefix]] : [];
  });
}

/** Opens a client with one object of every kind. */
export async function settle(agency: Agency, firstName: string, providerAgentId: string): Promise<{ page: Page; ids: Ids }> {
  const page = await agency.openPage();
  await page.signUp({ firstName });
  await agency.allocate(page.clientId, 50_000, `A gift for ${firstName}`);
  const { packages } = await page.call('credits.packages', {});
  const pkg = packages[0]?.id ?? '';
  const { purchaseId } = await page.call('credits.checkout', { packageId: pkg, returnUrl: page.returnUrl });
  const { sessions } = await page.call('sessions.list', {});
  const pln = await planOf(agency);
  const { orderId: ord } = await page.call('plans.choose', { planId: pln, priceMillis: 1000 });
  const { id: agt } = await agency.call('agents.register', { clientId: page.clientId, providerAgentId, name: `Agent of ${firstName}` });
  const src = await sourceOf(page, firstName);
  const numbers = await numbersOf(page);
  return {
    page,
    ids: { cli: page.clientId, pur: purchaseId, pkg, ses: sessions[0]?.sessionId ?? '', agn: agency.id, pln, ord, src, agt, ...numbers },
  };
}

/** Adds a number, and reserves another. */
async function numbersOf(page: Page): Promise<Pick<Ids, 'num' | 'rsv'>> {
  const { numbers } = await page.call('numbers.search', usLocal);
  const { number } = numbers.find(({ taken }) => !taken) ?? { number: '' };
  const { reservationId: rsv } = await page.call('numbers.reserve', { number, ...usLocal });
  const { id: num } = await page.call('numbers.connectTrunk', { number: '+4930123400', terminationUri: 'trunk.test' });
  return { num, rsv };
}

/** Adds a finished source, so that no job touches it. */
async function sourceOf(page: Page, name: string): Promise<string> {
  const { sources } = await page.call('knowledge.add', { items: [{ kind: 'text', name, text: `About ${name}` }], totalMillis: 0 });
  const id = sources[0]?.id ?? '';
  return (await untilState(page, id, 'ready')).id;
}

/** Returns a further plan of the agency; creates one if there is none. */
async function planOf(agency: Agency): Promise<string> {
  const { plan, plans } = await agency.call('agency.read', {});
  const further = plans[0] ?? (await agency.call('agency.update', { plans: [{ ...plan, name: 'Further', priceMillis: 1000 }] })).plans[0];
  return further?.id ?? '';
}

export const missing: Ids = {
  cli: 'cli_never_existed',
  pur: 'pur_never_existed',
  pkg: 'pkg_never_existed',
  ses: 'ses_never_existed',
  agn: 'agn_never_existed',
  pln: 'pln_never_existed',
  ord: 'ord_never_existed',
  src: 'src_never_existed',
  agt: 'agt_never_existed',
  num: 'num_never_existed',
  rsv: 'rsv_never_existed',
};

/** Returns the address of an operation with its slug filled in. */
export const addressOfCall = (name: OperationName, slug: string): string =>
  (operationOf(name).path ?? `/v1/${name}`).replace(':slug', slug);

/** Counters and expiring documents; every other document has an owner. */
const unowned = new Set(['limits', 'requests', 'proofs', 'turns', 'registers']);

/** Returns the compared part of a document. Jobs send mails and check purchases at their own time, so only the content counts. */
function written(collection: string, document: { _id: unknown } & Record<string, unknown>): unknown {
  if (collection === 'mails') return document._id;
  const { checks: _checks, checkAt: _checkAt, ...rest } = document;
  return collection === 'purchases' ? rest : document;
}

/** Excludes alerts about refused keys, which change nothing. */
const isNoAlert = { action: { $not: /^alert\./ } };

/** Fingerprints every document, by its agency. */
export async function fingerprints(): Promise<Map<string, string>> {
  const texts = new Map<string, string[]>();
  for (const { name } of await mongoose.connection.listCollections()) {
    if (unowned.has(name)) continue;
    for (const document of await mongoose.connection.collection(name).find(isNoAlert).sort({ _id: 1 }).toArray()) {
      const owner = String(document.agencyId ?? document._id).split('/')[0] ?? '';
      texts.set(owner, [...(texts.get(owner) ?? []), name + JSON.stringify(written(name, document))]);
    }
  }
  return new Map([...texts].map(([owner, documents]) => [owner, createHash('sha256').update(documents.join('\n')).digest('hex')]));
}

/** Collects every text that only an agency and its clients may read. */
export async function canariesOf(agency: Agency, { mailDomain }: { mailDomain: string }): Promise<string[]> {
  const found = new Set<string>([agency.id, agency.keys.test.secret, agency.keys.live.secret]);
  const walk = (value: unknown): void => {
    if (
      typeof value === 'string' &&
      /^(cli|pur|pkg|ses|sub|mem|pln|ord|num|rsv)_[a-z0-9]{20,}$|canary|cs_test_/.test(value) &&
      !value.includes(mailDomain)
    )
      found.add(value);
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  for (const { name } of await mongoose.connection.listCollections()) {
    walk(
      await mongoose.connection
        .collection(name)
        .find({ $or: [{ agencyId: agency.id }, { _id: agency.id as never }] })
        .toArray(),
    );
  }
  return [...found];
}

export interface World {
  api: TestApi;
  here: { agency: Agency; page: Page; ids: Ids; sibling: Page; siblingIds: Ids };
  there: { agency: Agency; page: Page; ids: Ids };
}

/** Creates two agencies with clients, so that every call has a victim. */
export async function makeWorld(api: TestApi): Promise<World> {
  const agency = await api.createAgency({ name: 'Here' });
  await agency.live.connectStripe(api.sandbox, undefined); // its live portal is open, so that nothing else is refused first
  const other = await api.createAgency({ name: 'There canary-name' });
  await other.live.call('agency.update', { brand: { companyName: 'canary-company', supportEmail: 'canary-support@example.test' } });
  for (const one of [agency, other]) await sellNumbers(one, api.sandbox);
  const [ownAgent = '', siblingAgent = ''] = (await agency.connectVoice(api.sandbox)).agentIds;
  const [foreignAgent = ''] = (await other.connectVoice(api.sandbox)).agentIds;
  const own = await settle(agency, 'Own', ownAgent);
  const sibling = await settle(agency, 'Sibling', siblingAgent);
  const foreign = await settle(other, 'canary-first-name', foreignAgent);
  return {
    api,
    here: { agency, ...own, sibling: sibling.page, siblingIds: sibling.ids },
    there: { agency: other, page: foreign.page, ids: foreign.ids },
  };
}
