import assert from 'node:assert/strict';
import test from 'node:test';
import { createApp } from '../../api/app.ts';
import type { ErrorBody, OperationName } from '../../api/contract/index.ts';
import { stampsOf } from '../../api/domain/accounts/links.ts';
import { callerKinds } from '../../api/http/callers/index.ts';
import { addressOf } from '../../api/http/route.ts';
import { startApi } from '../support/api.ts';
import { call, type Reply } from '../support/call.ts';
import { draw } from '../support/runs.ts';
import { type Principal, principals } from './callers.ts';
import { addressOfCall, canariesOf, fingerprints, type Ids, idFields, makeWorld, missing, names, operationOf } from './world.ts';

const api = await startApi();
const world = await makeWorld(api);
const { here, there } = world;
const callers = await principals(world);
const canaries = await canariesOf(there.agency, api.deps);
const closed = names.filter((name) => !operationOf(name).callers.anyone);

const contentTypes = { json: 'application/json', simple: 'text/plain', raw: 'application/json', bytes: 'application/octet-stream' };

/** Makes one call as this caller. */
function send(name: OperationName, { key, page, origin }: Principal, input: Record<string, unknown>): Promise<Reply<ErrorBody>> {
  const { method, body } = operationOf(name);
  const isInAddress = method === 'GET' || body === 'bytes';
  const query = new URLSearchParams({ ...(page && { key: page }), ...(isInAddress && (input as Record<string, string>)) });
  const url = `${api.url}${addressOfCall(name, here.agency.slug)}?${query}`;
  const sent = { method, ...(key && { key }), ...(origin && { origin }) };
  if (method === 'GET') return call(url, sent);
  return call(url, {
    ...sent,
    body: JSON.stringify(input),
    headers: { 'content-type': contentTypes[body ?? 'json'] },
  });
}

const verdictOf = ({ status, body }: Reply<ErrorBody>) => (status === 422 ? 'admitted' : `${status} ${body?.error?.code}`);
const bare = ({ status, body }: Reply<ErrorBody>) => ({ status, error: { ...body.error, requestId: '' } });

function assertDiscreet(reply: Reply<unknown>, what: string): void {
  const text = JSON.stringify(reply.body) ?? '';
  const leaked = canaries.find((canary) => text.includes(canary));
  assert.equal(leaked, undefined, `${what} told something of another agency: ${leaked}`);
}

test('system.openapi A01: every Express route is an operation, and every operation names its callers', () => {
  const app = createApp(api.deps) as unknown as { router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] } };
  const mounted = app.router.stack.flatMap(({ route }) => (route ? [route.path] : []));
  assert.deepEqual([...new Set(mounted)].sort(), names.map(addressOf).sort());
  for (const name of names) assert.ok(Object.keys(operationOf(name).callers).length > 0, `${name} has no callers`);
  assert.ok(canaries.length > 8, 'there is something that could be told');
});

test('the authorization matrix A01: every kind of caller calls every operation, and each operation admits one', () => {
  const { anyone: _anyone, ...known } = callerKinds;
  assert.deepEqual([...new Set(callers.flatMap(({ kind }) => kind ?? []))].sort(), Object.keys(known).sort());
  assert.deepEqual([...new Set(names.flatMap((name) => Object.keys(operationOf(name).callers)))].sort(), Object.keys(callerKinds).sort());
});

/** A caller is received in the same way by operations of one kind. */
function kindFor({ verdict }: Principal, name: OperationName): string {
  const { callers: admitted, method, body, path } = operationOf(name);
  return [verdict(admitted), Object.keys(admitted), method, body, path].join();
}

test(`the authorization matrix A01 A02: ${closed.length} operations for ${callers.length} callers keep the contract`, async () => {
  const before = await fingerprints();
  for (const principal of callers) {
    // Callers that are let in somewhere try every operation; the others try one of each kind, and some more.
    const tried = principal.kind || principal.name === 'nobody' ? closed : draw(closed, 12, (name) => kindFor(principal, name));
    for (const name of tried) {
      // An unknown field: an admitted caller gets a 422 for it, and nothing is done.
      const reply = await send(name, principal, { unexpected: 'x' });
      const what = `${name} by ${principal.name}`;
      assert.equal(verdictOf(reply), principal.verdict(operationOf(name).callers), what);
      assertDiscreet(reply, what);
      if (reply.status === 401) assert.equal(reply.body.error.param, undefined, what);
    }
  }
  assert.deepEqual(await fingerprints(), before, 'nothing was written');
});

test('the authorization matrix A02: all bad tokens get one answer', async () => {
  const replies = await Promise.all(
    callers
      .filter(({ name, verdict }) => / token|token /.test(name) && verdict({ client: 'balance:read' }) === '401 session.missing')
      .map(async (principal) => JSON.stringify(bare(await send('sessions.list', principal, {})))),
  );
  assert.ok(replies.length > 20);
  assert.equal(new Set(replies).size, 1);
});

/** Returns ids of others' objects; the examples prove access to own ones. */
function strangers({ kind }: Principal): [kind: string, ids: Ids][] {
  const foreign: [string, Ids][] = [['foreign', there.ids]];
  return kind === 'client' ? [['sibling', here.siblingIds], ...foreign] : foreign;
}

const live: Principal = { name: 'live secret key', kind: 'agency', key: here.agency.keys.live.secret, verdict: () => 'admitted' };

test("the authorization matrix A01 A23 T2: another's object looks like an unknown one, and stays as it is", async () => {
  const before = await fingerprints();
  let tried = 0;
  for (const name of closed) {
    const operation = operationOf(name);
    for (const principal of [...callers, live].filter(({ kind }) => kind && operation.callers[kind])) {
      if (principal.kind === 'platform') continue; // all objects of the platform are agencies
      for (const [field, prefix] of idFields(name)) {
        // The client is named only by its id.
        const { externalId: _external, profile: _profile, ...example } = operation.example;
        const rest = { ...example, ...('returnUrl' in example && { returnUrl: here.page.returnUrl }) };
        const nothing = await send(name, principal, { ...rest, [field]: missing[prefix] });
        assert.equal(nothing.status, 404, `${name} by ${principal.name} on no ${field}: ${JSON.stringify(nothing.body)}`);
        for (const [whose, ids] of principal === live ? [['of the test world', here.ids] as const] : strangers(principal)) {
          // packages and plans belong to the agency, some in both modes
          if (whose !== 'foreign' && ['pkg', 'pln'].includes(prefix)) continue;
          const reply = await send(name, principal, { ...rest, [field]: ids[prefix] });
          const what = `${name} by ${principal.name} on a ${whose} ${field}`;
          assert.deepEqual(bare(reply), bare(nothing), what);
          if (whose === 'foreign') assertDiscreet(reply, what);
          tried += 1;
        }
      }
    }
  }
  assert.ok(tried >= 12, `${tried} objects were tried`);
  assert.deepEqual(await fingerprints(), before);
});

test('the authorization matrix T17: a key without the permission is refused a working call, and nothing is written', async () => {
  const before = await fingerprints();
  for (const name of closed) {
    const { callers: admitted, example } = operationOf(name);
    const [lacking, ...more] = callers.filter((principal) => principal.lacking !== undefined && principal.lacking === admitted.agency);
    assert.deepEqual({ lacking: lacking?.lacking, more }, { lacking: admitted.agency, more: [] }, name);
    if (!lacking) continue;
    const own = Object.fromEntries(idFields(name).map(([field, prefix]) => [field, here.ids[prefix]]));
    const { status, body } = await send(name, lacking, { ...example, ...own });
    const message = `This key may not do that: it lacks the permission ${lacking.lacking}. Use a key that has it.`;
    assert.deepEqual(
      { status, code: body.error.code, message: body.error.message },
      { status: 403, code: 'permission.missing', message },
      name,
    );
  }
  assert.deepEqual(await fingerprints(), before);
});

test("credits.balance A01: the agency's server reads each of its own clients, a client only itself", async () => {
  for (const clientId of [here.ids.cli, here.siblingIds.cli])
    assert.equal((await here.agency.try('credits.balance', { clientId })).status, 200);
  assert.equal((await here.page.try('credits.balance', { clientId: here.ids.cli })).status, 200);
});

test("the answers A01: an agency's and its clients' answers contain nothing of another agency", async () => {
  const reads = closed.filter((name) => operationOf(name).method === 'GET' && !operationOf(name).stream);
  for (const name of reads) {
    for (const principal of callers.filter(({ kind }) => kind && kind !== 'platform' && operationOf(name).callers[kind])) {
      const ids = Object.fromEntries(idFields(name).map(([field, prefix]) => [field, here.ids[prefix]]));
      assertDiscreet(await send(name, principal, ids), `${name} by ${principal.name}`);
    }
  }
});

test('bootstrap.read A02: a bad token in its body means a signed-out page', async () => {
  for (const { name, key } of callers.filter(({ name, kind }) => / token|token |link/.test(name) && kind === undefined)) {
    if (key === here.page.token || key === undefined) continue;
    const { session, account, balance } = await here.page.call('bootstrap.read', { token: key });
    assert.deepEqual({ session, account, balance }, { session: null, account: null, balance: null }, name);
  }
});

test('accounts.verifyEmail A02: a session token is no mailed link, and one kind of link is not the other', async () => {
  const { agencyId, world: where, clientId, memberId } = await api.deps.tokens.readSession(here.page.token);
  const link = { agencyId, world: where, clientId, memberId };
  const reset = await api.deps.tokens.signLink('reset', {
    ...link,
    stamp: stampsOf.reset({ email: here.page.email, passwordVersion: 0 })[0] ?? '',
  });
  const verify = await api.deps.tokens.signLink('verify', { ...link, stamp: here.page.email });
  for (const token of [here.page.token, reset, here.page.refreshToken]) {
    assert.equal((await here.page.try('accounts.verifyEmail', { token })).status, 422);
  }
  const passwords = { password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' };
  for (const token of [here.page.token, verify]) assert.equal((await here.page.try('accounts.reset', { token, ...passwords })).status, 422);
});

test('sessions.mint T8: a token does what its capabilities name, at every operation', async () => {
  const scopes = ['balance:read', 'credits:buy', 'account:write'] as const;
  for (const scope of scopes) {
    const { session } = await here.agency.call('sessions.mint', { clientId: here.ids.cli, scopes: [scope] });
    const { publishable: page } = here.agency.keys.test;
    const principal: Principal = { name: scope, key: session.token, page, origin: here.agency.origin, verdict: () => 'admitted' };
    for (const name of closed) {
      const { client } = operationOf(name).callers;
      if (client === undefined) continue;
      const expected = client === scope ? 'admitted' : '403 scope.missing';
      assert.equal(verdictOf(await send(name, principal, { unexpected: 'x' })), expected, `${name} with ${scope}`);
    }
  }
});
