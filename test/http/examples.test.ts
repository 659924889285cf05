import assert from 'node:assert/strict';
import test from 'node:test';
import Stripe from 'stripe';
import { contract, type Operation, type OperationName } from '../../api/contract/index.ts';
import { addressOf } from '../../api/http/route.ts';
import { addSource, fileItem, textItem, untilState } from '../api/knowledge/voice-client.ts';
import type { Agency } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';
import { confirm, mailedToken, openConfirmed } from '../support/confirmed.ts';
import type { Page } from '../support/page.ts';
import { numberExamples } from './examples-numbers.ts';

const { createAgency, url, platformKey, sandbox } = await startApi();

/** The voice agents of each agency that are nobody's yet. */
const agents = new Map<Agency, string[]>();

/** Operations that change their agency, or whose examples take a name that each agency has once. */
const needsOwnAgency =
  /^(agenc(y|ies)|calls|usage|keys|packages|webhooks|integrations|inventory)\.|^plans\.(create|update|retire|reorder)$|^numbers\.(connect|sendCode|verify|connectTrunk|testTrunk)$/;
/** Those of them whose examples need no account at Stripe. */
const hasNoPayment = /^(agencies|calls|usage|keys|integrations|inventory|numbers)\./;
/** Operations about how a person signs in. */
const needsPassword = /^(accounts|sessions)\.|^clients\.unlink$/;
/** Operations whose examples cost credits. */
const needsCredits = /^(plans|orders|numbers|knowledge|calls|usage)\./;

const further = { name: 'Further', centsPer100Credits: 3000, currency: 'EUR', priceMillis: 30_000 } as const;

/** Creates the objects behind an example's ids and tokens. */
async function makeReal(name: OperationName, agency: Agency, page: Page): Promise<Record<string, unknown>> {
  const { example }: Operation = contract[name];
  const packageId = async () => (await page.call('credits.packages', {})).packages[0]?.id ?? '';
  const planId = async () => {
    const { plans } = await agency.call('agency.read', {});
    return (plans[0] ?? (await agency.call('agency.update', { plans: [further] })).plans[0])?.id ?? '';
  };
  const voiceAgents = async () => {
    if (!agents.has(agency)) agents.set(agency, (await agency.connectVoice(sandbox)).agentIds);
    return agents.get(agency) ?? [];
  };
  const mailed = (kind: 'verify' | 'reset') => mailedToken(sandbox, page.email, kind);
  const real: Record<string, () => unknown> = {
    agencyId: () => agency.id,
    sessionId: async () => (await page.call('sessions.list', {})).sessions[0]?.sessionId,
    clientId: () => page.clientId,
    packageId,
    returnUrl: () => page.returnUrl,
    publicKey: () => page.publicKey,
    login: () => page.email,
    confirmation: () => page.email,
    slug: () => (name === 'agencies.create' ? example.slug : agency.slug),
    purchaseId: async () => {
      const input = { packageId: await packageId(), returnUrl: page.returnUrl };
      const { purchaseId, sessionId } = await page.call('credits.checkout', input);
      if (name !== 'receipts.read') return purchaseId;
      sandbox.stripe.pay(sessionId);
      return (await page.call('purchases.read', { purchaseId })).purchaseId;
    },
    callId: async () => {
      const callId = String(example.callId);
      if (name === 'calls.end' || name === 'calls.cancel') await agency.call('calls.start', { clientId: page.clientId, callId });
      return callId;
    },
    planId,
    planIds: async () => [await planId()],
    packageIds: async () => [await packageId()],
    version: async () => (await agency.call('agency.read', {})).version,
    orderId: async () => (await page.call('plans.choose', { planId: await planId(), priceMillis: further.priceMillis })).orderId,
    apiKey: () => sandbox.retell.createAccount(agency.slug).apiKey,
    sourceId: async () => {
      await voiceAgents();
      if (name === 'knowledge.retry') sandbox.retell.failNext();
      const item = name === 'knowledge.upload' ? fileItem('a.txt', 'hello') : textItem('Hours');
      const { id } = await addSource(page, item);
      if (name === 'knowledge.upload') return id;
      return (await untilState(page, id, name === 'knowledge.retry' ? 'failed' : 'ready')).id;
    },
    agentId: async () => {
      const providerAgentId = (await voiceAgents()).shift() ?? '';
      return (await agency.call('agents.register', { clientId: page.clientId, providerAgentId, name: 'Front desk' })).id;
    },
    providerAgentId: async () => (await voiceAgents()).shift(),
    items: async () => {
      await voiceAgents();
      return example.items;
    },
    externalId: () => (name === 'clients.link' ? crypto.randomUUID() : example.externalId),
    refreshToken: () => page.refreshToken,
    proof: async () => (await page.prove(url + addressOf(name))).proof,
    token: async () => {
      if (name === 'accounts.verifyEmail') return mailed('verify');
      if (name === 'clients.link') {
        const unlinked = await openConfirmed(agency, sandbox);
        return (await unlinked.call('accounts.linkToken', {})).token;
      }
      await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
      return mailed('reset');
    },
    ...(await numberExamples(name, agency, page, sandbox)),
  };
  const entries = Object.entries(example).map(async ([field, value]) => [field, field in real ? await real[field]?.() : value]);
  return Object.fromEntries(await Promise.all(entries));
}

/** The agency of all examples that can share one. */
const shared = await createAgency();

async function open(name: OperationName): Promise<{ agency: Agency; page: Page }> {
  const agency = needsOwnAgency.test(name) ? await createAgency({ stripe: !hasNoPayment.test(name) }) : shared;
  const page = await agency.openPage();
  await (needsPassword.test(name) ? page.signUp() : page.enter());
  if (needsCredits.test(name)) await agency.allocate(page.clientId, 100_000);
  return { agency, page };
}

/** The client of all examples that only read. */
const reader = await shared.openPage();
await reader.signUp();
await shared.allocate(reader.clientId, 100_000);

for (const name of Object.keys(contract) as OperationName[]) {
  test(`${name} V1: its documented example works`, async () => {
    const operation: Operation = contract[name];
    // An order to read is a chosen plan, which changes its client.
    const isReading = operation.method === 'GET' && name !== 'orders.read';
    const { agency, page } = isReading ? { agency: shared, page: reader } : await open(name);
    if (name === 'accounts.linkToken') await confirm(page, sandbox);
    const input = await makeReal(name, agency, page);
    const reply = await send(name, operation, input, agency, page);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    if (!operation.stream) operation.output.parse(reply.body);
  });
}

const needsLiveKey = (name: OperationName) => name === 'agency.compare' || name === 'agency.publish';

async function send(name: OperationName, operation: Operation, input: Record<string, unknown>, agency: Agency, page: Page) {
  if (operation.stream) {
    const answer = await fetch(`${url}/v1/${name}?after=0`, { headers: { authorization: `Bearer ${page.token}`, origin: page.origin } });
    await answer.body?.cancel();
    return { status: answer.status, body: undefined };
  }
  if (operation.body === 'raw') {
    const { data } = await new Stripe(agency.stripeSecret, {
      host: '127.0.0.1',
      port: Number(new URL(sandbox.url).port),
      protocol: 'http',
      telemetry: false,
    }).webhookEndpoints.list();
    assert.equal(data.length, 1);
    const { packages } = await page.call('credits.packages', {});
    const { sessionId } = await page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl });
    sandbox.stripe.pay(sessionId);
    const delivery = await sandbox.stripe.waitForDelivery(({ attempts }) => attempts.length > 0);
    return { status: delivery.attempts.at(-1)?.status ?? 0, body: { received: true } };
  }
  const { callers, method } = operation;
  if (operation.page) {
    const answer = await fetch(url + addressOf(name).replace(':slug', agency.slug));
    return { status: answer.status, body: await answer.text() };
  }
  const query = `?${new URLSearchParams(input as Record<string, string>)}`;
  if (callers.platform && method === 'GET') return call(url + addressOf(name) + query, { key: platformKey, method });
  if (callers.platform) return call(url + addressOf(name), { key: platformKey, body: input });
  if (callers.agency && !callers.client && !callers.visitor) return (needsLiveKey(name) ? agency.live : agency).try(name, input as never);
  if (callers.anyone) return call(url + addressOf(name), { method });
  return page.try(name, input as never);
}
