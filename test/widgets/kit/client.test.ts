import { expect } from '@open-wc/testing';
import { Client } from '../../../widgets/kit/client.ts';
import { Refused } from '../../../widgets/kit/refused.ts';
import { Session } from '../../../widgets/kit/session.ts';
import { keepInSlot } from '../../../widgets/kit/slots.ts';

type Answer = [status: number, body: unknown] | 'offline';

const realFetch = window.fetch;
let pages = 0;

/** A client whose calls are answered in turn, the last answer again and again; whoever asks for a token gets the next one. */
async function clientWith(answers: Answer[], tokens: (string | null)[] = []) {
  const sent: { url: URL; method: string; body: unknown; headers: Record<string, string>; init: RequestInit }[] = [];
  window.fetch = async (address, init: RequestInit = {}) => {
    const { method = 'GET', body = null, headers } = init;
    sent.push({ url: new URL(String(address)), method, body, headers: headers as Record<string, string>, init });
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'offline';
    if (answer === 'offline') throw new TypeError('Failed to fetch');
    return new Response(JSON.stringify(answer[1]), { status: answer[0] });
  };
  const key = `wlp_test_client_${Date.now()}_${++pages}`;
  const session = new Session(key, '', () => Promise.reject(new Refused('session.missing')));
  if (tokens.length > 0) {
    session.source = async () => (tokens.length > 1 ? tokens.shift() : tokens[0]);
    await session.forBootstrap('');
  }
  return { client: new Client('https://api.test', key, session), key, sent };
}

const refusal = (code: string, more = {}) => ({ error: { code, message: 'A sentence.', ...more } });
const problem = (work: Promise<unknown>): Promise<Refused> =>
  work.then(
    () => expect.fail('it was not refused'),
    (error) => error,
  );
const plan = { planId: 'pln_1', returnUrl: 'https://page.test/' } as never;

describe('calls', () => {
  afterEach(() => {
    window.fetch = realFetch;
    sessionStorage.clear();
  });

  it('credits.balance: what only reads travels in the address, without cookies and without a body', async () => {
    const { client, key, sent } = await clientWith([[200, { found: 1 }]], ['token']);
    expect(await client.call('purchases.read', { purchaseId: 'pur_1' }, { method: 'GET' })).to.eql({ found: 1 });
    const { url, method, body, headers, init } = sent[0]!;
    expect(url.href).to.equal(`https://api.test/v1/purchases.read?key=${key}&purchaseId=pur_1`);
    expect({ method, body, headers }).to.eql({ method: 'GET', body: null, headers: { Authorization: 'Bearer token' } });
    expect({ credentials: init.credentials, aborted: init.signal?.aborted }).to.eql({ credentials: 'omit', aborted: false });
  });

  it('bootstrap.read: what does something sends JSON, bytes as they are, and the first request as plain text', async () => {
    const { client, key, sent } = await clientWith([[200, {}]], ['token']);
    await client.call('accounts.signIn', { email: 'ada@example.com' } as never);
    await client.call('knowledge.upload' as never, { sourceId: 'src_1' } as never, { body: new Blob(['abc']) });
    await client.call('bootstrap.read', { token: 't' });
    const seen = sent.map(({ url, method, body, headers }) => [url.search, method, body instanceof Blob ? 'bytes' : body, headers]);
    expect(seen).to.eql([
      [`?key=${key}`, 'POST', '{"email":"ada@example.com"}', { 'Content-Type': 'application/json' }],
      [`?key=${key}&sourceId=src_1`, 'POST', 'bytes', { Authorization: 'Bearer token', 'Content-Type': 'application/octet-stream' }],
      [`?key=${key}`, 'POST', '{"token":"t"}', { 'Content-Type': 'text/plain' }],
    ]);
  });

  it('plans.list: it carries the token of whoever is signed in, and is asked without one by anybody else', async () => {
    for (const [tokens, sent] of [
      [['token'], 'Bearer token'],
      [[], undefined],
    ] as const) {
      const page = await clientWith([[200, {}]], [...tokens]);
      await page.client.call('plans.list', {}, { method: 'GET' });
      expect(page.sent[0]!.headers.Authorization).to.equal(sent);
    }
  });

  it('plans.choose: an attempt keeps its key until a final answer, over a reload, too', async () => {
    for (const [answer, isFinal] of [
      [[200, {}], true],
      [[402, refusal('credits.insufficient')], true],
      [[409, refusal('idempotency.in_progress')], false],
      [[429, refusal('rate.limited')], false],
      [[500, refusal('internal')], false],
      ['offline', false],
    ] as [Answer, boolean][]) {
      const { client, key, sent } = await clientWith([answer], ['token']);
      for (let turn = 0; turn < 2; turn += 1) await client.call('plans.choose', plan, { isAttempt: true }).catch(() => {});
      const [one, other] = sent.map(({ headers }) => headers['Idempotency-Key']);
      expect(one).to.match(/^[\da-f-]{36}$/);
      expect(one === other, String(answer)).to.equal(!isFinal);
      expect(sessionStorage.getItem(`wl:${key}:plans.choose`)).to.equal(isFinal ? null : one);
    }
  });

  it('plans.choose: what a page before this one has begun goes on under its key', async () => {
    const { client, key, sent } = await clientWith([[200, {}]], ['token']);
    keepInSlot(`wl:${key}:plans.choose`, 'of-before');
    await client.call('plans.choose', plan, { isAttempt: true });
    await client.call('plans.choose', plan);
    expect(sent.map(({ headers }) => headers['Idempotency-Key'])).to.eql(['of-before', undefined]);
  });

  it('plans.choose: an attempt that says something else than the one before it is made again, under a key of its own', async () => {
    const { client, sent } = await clientWith(
      [
        [409, refusal('idempotency.mismatch')],
        [200, { done: true }],
      ],
      ['token'],
    );
    expect(await client.call('plans.choose', plan, { isAttempt: true })).to.eql({ done: true });
    expect(new Set(sent.map(({ headers }) => headers['Idempotency-Key'])).size).to.equal(2);
    const other = await clientWith([[409, refusal('idempotency.mismatch')]], ['token']);
    expect((await problem(other.client.call('plans.choose', plan))).code).to.equal('idempotency.mismatch');
    expect(other.sent.length).to.equal(1);
  });

  it('sessions.refresh T4: a token that is refused is renewed once, and the call made again', async () => {
    const missing: Answer = [401, refusal('session.missing')];
    const renewed = await clientWith([missing, [200, { ok: 1 }]], ['old', 'new']);
    expect(await renewed.client.call('credits.balance', {}, { method: 'GET' })).to.eql({ ok: 1 });
    expect(renewed.sent.map(({ headers }) => headers.Authorization)).to.eql(['Bearer old', 'Bearer new']);
    const again = await clientWith([missing], ['old', 'new']);
    expect((await problem(again.client.call('credits.balance', {}, { method: 'GET' }))).code).to.equal('session.missing');
    expect(again.sent.length).to.equal(2);
    for (const [answer, tokens] of [
      [missing, ['same']],
      [
        [403, refusal('scope.missing')],
        ['old', 'new'],
      ],
    ] as [Answer, string[]][]) {
      const once = await clientWith([answer], tokens);
      await problem(once.client.call('credits.balance', {}, { method: 'GET' }));
      expect(once.sent.length).to.equal(1);
    }
    const visitor = await clientWith([missing], ['old', 'new']);
    await problem(visitor.client.call('accounts.signIn', {} as never));
    expect(visitor.sent.map(({ headers }) => headers.Authorization)).to.eql([undefined]);
  });

  it('refusals: each tells its sentence, its fields and whether the same may work later', async () => {
    const told = async (...answer: [number, unknown]) => {
      const { client } = await clientWith([answer]);
      const { code, message, retry, fields, values } = await problem(client.call('accounts.signIn', {} as never));
      return { code, message, retry, fields, values };
    };
    const sentence = { message: 'A sentence.', values: undefined };
    expect(await told(400, refusal('input.invalid', { param: 'email' }))).to.eql({
      ...sentence,
      code: 'input.invalid',
      retry: false,
      fields: [{ param: 'email', code: 'input.invalid', message: 'A sentence.', values: undefined }],
    });
    const fields = [{ param: 'a', code: 'input.invalid', message: 'b' }];
    expect(await told(400, refusal('input.invalid', { param: 'email', fields }))).to.eql({
      ...sentence,
      code: 'input.invalid',
      retry: false,
      fields,
    });
    const plain = { ...sentence, fields: [] };
    expect(await told(499, refusal('a.code'))).to.eql({ ...plain, code: 'a.code', retry: false });
    expect(await told(429, refusal('rate.limited', { values: { seconds: 3 } }))).to.eql({
      ...plain,
      code: 'rate.limited',
      retry: true,
      values: { seconds: 3 },
    });
    expect(await told(500, refusal('internal'))).to.eql({ ...plain, code: 'internal', retry: true });
    expect(await told(502, '<html>')).to.eql({ ...plain, message: '', code: 'network', retry: true });
  });
});
