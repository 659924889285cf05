import { expect, html } from '@open-wc/testing';
import { entitlementsOf } from '../../../widgets/kit/entitlements.ts';
import { readFragment } from '../../../widgets/kit/fragment.ts';
import { pageAddress } from '../../../widgets/kit/page-address.ts';
import { PageState } from '../../../widgets/kit/page-state.ts';
import { Refused } from '../../../widgets/kit/refused.ts';
import { Session } from '../../../widgets/kit/session.ts';
import { confirmEmail, makeKey, signIn, signUp } from '../../../widgets/kit/sign-in.ts';
import { signOut } from '../../../widgets/kit/sign-out.ts';
import { account, balance, bootstrap, purchase, signedIn, tokenFor } from '../support/answers.ts';
import { close, open } from '../support/page.ts';
import { entitlements } from '../support/plans.ts';
import { done, holdTimers } from '../support/timers.ts';

const nothing = html`<p></p>` as never;
const answer = { account, balance: balance({ seq: 1 }), session: { token: tokenFor(), expiresInSeconds: 900 } };
let keys = 0;
const newKey = () => `wlp_test_state_${Date.now()}_${++keys}`;

/** Waits until something is so; a test that goes on without it fails where it looks. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 50 && !isSo(); turn += 1) await done();
}

const place = location.pathname + location.search;
afterEach(() => {
  close();
  history.replaceState(null, '', place);
});

describe('the address of the page', () => {
  it('E15: what a link says is read once and taken out, and the rest of the address stays', () => {
    history.replaceState({ own: 1 }, '', '?a=1#part&wl-verify=v&wl-reset=r&wl-purchase=p&wl-canceled=c&wl-order=o&wl-other=x');
    expect(readFragment('wlp_test_a')).to.eql({ verify: 'v', reset: 'r', purchase: 'p', canceled: 'c', order: 'o' });
    expect({ search: location.search, hash: location.hash, state: history.state }).to.eql({
      search: '?a=1',
      hash: '#part&wl-other=x',
      state: { own: 1 },
    });
    expect(readFragment('wlp_test_a')).to.eql({});
    history.replaceState(null, '', '?a=1#wl-order-canceled=o');
    expect({ fragment: readFragment('wlp_test_a'), keepsQuery: location.href.endsWith('?a=1') }).to.eql({
      fragment: { 'order-canceled': 'o' },
      keepsQuery: true,
    });
  });

  it('E15: an answer for another agency is left to it, and the own key goes with the answer', () => {
    history.replaceState(null, '', '?wl-key=wlp_test_b&a=1#wl-reset=r');
    expect({ fragment: readFragment('wlp_test_a'), hash: location.hash }).to.eql({ fragment: {}, hash: '#wl-reset=r' });
    expect({ fragment: readFragment('wlp_test_b'), search: location.search }).to.eql({ fragment: { reset: 'r' }, search: '?a=1' });
    history.replaceState(null, '', '?wl-key=wlp_test_b#wl-reset=r');
    expect({ fragment: readFragment('wlp_test_b'), search: location.search }).to.eql({ fragment: { reset: 'r' }, search: '' });
    history.replaceState({ own: 1 }, '', '?wl-key=wlp_test_b#part');
    expect({ fragment: readFragment('wlp_test_b'), search: location.search }).to.eql({ fragment: {}, search: '?wl-key=wlp_test_b' });
  });

  it('E15: an answer comes back to this page, and beside other agencies to the right root', () => {
    history.replaceState(null, '', '/page');
    const key = 'wlp_test_a';
    const root = document.createElement('div');
    expect(pageAddress({ key, root })).to.equal(`${location.origin}/page?wl-key=wlp_test_a`);
    history.replaceState(null, '', '/page?a=1#part');
    expect(pageAddress({ key, root })).to.equal(`${location.origin}/page?a=1&wl-key=wlp_test_a`);
    expect(pageAddress({ key, root: document.documentElement })).to.equal(`${location.origin}/page?a=1`);
  });
});

describe('the data of the page', () => {
  it('credits.balance: a newer balance is shown and told, an older one changes nothing', () => {
    const root = document.createElement('div');
    const told: number[] = [];
    root.addEventListener('wl-balance-changed', ({ detail }) => told.push(detail.available));
    const state = new PageState(root, {});
    let changes = 0;
    const unwatch = state.watch(() => {
      changes += 1;
    });
    for (const [seq, available] of [
      [3, 30],
      [2, 20],
      [3, 30],
      [3, 31],
      [4, 31],
    ] as const)
      state.update(balance({ seq, available }));
    expect({ told, changes, seq: state.balance?.seq }).to.eql({ told: [30, 31, 31], changes: 4, seq: 4 });
    unwatch();
    state.changed();
    expect(changes).to.equal(4);
  });

  it('entitlements.read: the first answer tells them; who else signs in and what is paid is read, once for all', async () => {
    const { kit, network } = await open(nothing, {
      'bootstrap.read': signedIn({ entitlements: entitlements({ planName: 'First' }) }),
      'entitlements.read': entitlements({ planName: 'Second' }),
    });
    const rights = entitlementsOf(kit);
    expect({ isShared: entitlementsOf(kit) === rights, plan: rights.now?.planName }).to.eql({ isShared: true, plan: 'First' });
    kit.changed();
    expect(network.named('entitlements.read').length).to.equal(0);
    kit.update(balance({ seq: 4 }));
    expect(rights.now?.planName).to.equal('First');
    await until(() => rights.now?.planName === 'Second');
    expect({ plan: rights.now?.planName, reads: network.named('entitlements.read').length }).to.eql({ plan: 'Second', reads: 1 });
    network.answers['entitlements.read'] = { status: 403, code: 'scope.missing' };
    kit.account = { ...account, clientId: 'cli_2' };
    kit.changed();
    expect(rights.now).to.equal(undefined);
    await until(() => rights.refused !== undefined);
    expect({ plan: rights.now, refused: rights.refused?.code }).to.eql({ plan: undefined, refused: 'scope.missing' });
    network.answers['entitlements.read'] = entitlements({ planName: 'Third' });
    await rights.read();
    expect({ plan: rights.now?.planName, refused: rights.refused }).to.eql({ plan: 'Third', refused: undefined });
    kit.account = null;
    kit.changed();
    expect({ plan: rights.now, reads: network.named('entitlements.read').length }).to.eql({ plan: null, reads: 3 });
  });

  it('entitlements.read: an answer for somebody who has left is not shown', async () => {
    const { kit } = await open(nothing, { 'bootstrap.read': signedIn(), 'entitlements.read': entitlements() });
    const rights = entitlementsOf(kit);
    kit.account = null;
    kit.changed();
    for (let turn = 0; turn < 5; turn += 1) await done();
    expect(rights.now).to.equal(null);
  });
});

describe('the token', () => {
  const sessionOf = (refresh: () => Promise<typeof answer.session> = () => Promise.reject(new Refused('session.missing'))) =>
    new Session(newKey(), 'https://api.test/v1/sessions.refresh', refresh as never);

  it('sessions.refresh: what a token allows is read from it, and what cannot be read is left to the server', async () => {
    const session = sessionOf();
    expect(session.may('credits:buy')).to.equal(true);
    await session.take({ token: tokenFor('balance:read credits:buy'), expiresInSeconds: 900 });
    expect(['balance:read', 'credits:buy', 'credits', 'account:write'].map((scope) => session.may(scope))).to.eql([
      true,
      true,
      false,
      false,
    ]);
    const claims = btoa(JSON.stringify({ scope: 'a', more: '>>>???' }))
      .replaceAll('+', '-')
      .replaceAll('/', '_');
    await session.take({ token: `x.${claims}.y`, expiresInSeconds: 900 });
    expect({ isBase64url: claims.includes('-') || claims.includes('_'), a: session.may('a'), b: session.may('b') }).to.eql({
      isBase64url: true,
      a: true,
      b: false,
    });
  });

  it('sessions.refresh: a page whose agency has a log-in of its own takes the token from there', async () => {
    const session = sessionOf();
    const tokens = ['one', 'one', 'two', null];
    session.source = async () => tokens.shift();
    expect({ sent: await session.forBootstrap('a'), token: session.token }).to.eql({ sent: { token: 'one' }, token: 'one' });
    expect({ first: await session.renew(), second: await session.renew(), token: session.token }).to.eql({
      first: false,
      second: true,
      token: 'two',
    });
    expect({ renewed: await session.renew(), token: session.token }).to.eql({ renewed: false, token: undefined });
    session.source = async () => null;
    expect(await session.forBootstrap('a')).to.eql({});
  });

  it('sessions.refresh: it is renewed from twenty seconds before its end, once for all that ask', async () => {
    let refreshes = 0;
    const session = sessionOf(async () => {
      refreshes += 1;
      return { token: `new-${refreshes}`, expiresInSeconds: 900 };
    });
    await makeKey(session);
    await session.take({ token: 'old', expiresInSeconds: 21, refreshToken: 'r' } as never);
    await session.fresh();
    expect({ refreshes, token: session.token }).to.eql({ refreshes: 0, token: 'old' });
    await session.take({ token: 'old', expiresInSeconds: 19, refreshToken: 'r' } as never);
    await Promise.all([session.fresh(), session.fresh()]);
    expect({ refreshes, token: session.token }).to.eql({ refreshes: 1, token: 'new-1' });
    expect(await session.renew()).to.equal(true);
    await session.wipe();
    await session.fresh();
    expect({ renewed: await session.renew(), refreshes, token: session.token }).to.eql({ renewed: false, refreshes: 2, token: undefined });
  });

  it('sessions.refresh: a session that is over says so, and one that nobody answers for may be asked again', async () => {
    for (const [refused, isOver] of [
      [new Refused('session.missing'), true],
      [new Refused('network'), false],
    ] as const) {
      const session = sessionOf(() => Promise.reject(refused));
      await makeKey(session);
      await session.take({ token: 'old', expiresInSeconds: 900, refreshToken: 'r' } as never);
      const end = await session.renew().catch((error: Refused) => error.code);
      expect(end).to.equal(isOver ? false : 'network');
    }
  });

  it('accounts.signIn: its key stays the same until the session is forgotten', async () => {
    const session = sessionOf();
    const [one, other] = [await makeKey(session), await makeKey(session)];
    expect({ other, kty: one.kty, crv: one.crv, x: one.x.length }).to.eql({ other: one, kty: 'EC', crv: 'P-256', x: 43 });
    await session.wipe();
    expect(await makeKey(session)).not.to.eql(one);
  });
});

describe('who is signed in', () => {
  it('accounts.signIn: who signs up or in is told, here and in the other tabs; who leaves, too', async () => {
    const { kit, events, network } = await open(nothing, {
      'accounts.signUp': answer as never,
      'accounts.signIn': answer as never,
      'sessions.end': 'offline',
    });
    const other = new BroadcastChannel(`wl:${kit.key}`);
    const heard: unknown[] = [];
    other.onmessage = ({ data }) => heard.push(data);
    const ids = { clientId: 'cli_1', memberId: 'mem_1' };
    await signUp(kit, { email: 'a' } as never);
    await signIn(kit, { email: 'a' } as never);
    expect({ account: kit.account, seq: kit.balance?.seq }).to.eql({ account, seq: 1 });
    await signOut(kit);
    await until(() => heard.length === 3);
    other.close();
    expect(heard).to.eql(['signed-in', 'signed-in', 'signed-out']);
    expect(events.filter(([name]) => name.startsWith('wl-signed'))).to.eql([
      ['wl-signed-up', ids],
      ['wl-signed-in', ids],
      ['wl-signed-out', {}],
    ]);
    expect({ account: kit.account, balance: kit.balance, token: kit.session.token }).to.eql({
      account: null,
      balance: null,
      token: undefined,
    });
    expect(network.named('accounts.signUp')[0]?.input).to.have.keys('email', 'publicKey');
    await kit.leave();
    expect(events.filter(([name]) => name === 'wl-signed-out').length).to.equal(1);
  });

  it('accounts.verifyEmail: a link confirms the e-mail before the page is read, or says why not', async () => {
    history.replaceState(null, '', '#wl-verify=secret');
    const { kit, events, network } = await open(nothing, {
      'bootstrap.read': signedIn(),
      'accounts.verifyEmail': { email: 'ada@example.com', grantedMillis: 10_000 } as never,
    });
    expect(network.calls.slice(0, 2).map(({ name }) => name)).to.eql(['accounts.verifyEmail', 'bootstrap.read']);
    expect(network.calls[0]?.input).to.eql({ token: 'secret' });
    expect(events.find(([name]) => name === 'wl-email-verified')?.[1]).to.eql({ email: 'ada@example.com', credits: 10_000 });
    network.answers['accounts.verifyEmail'] = { status: 400, code: 'token.used' };
    await confirmEmail(kit, 'secret');
    expect((kit.confirmed as Refused).code).to.equal('token.used');
  });

  it('accounts.verifyEmail PG4: a link that nobody answered is not lost, and counts with the next try', async () => {
    history.replaceState(null, '', '#wl-verify=secret');
    const { kit, network } = await open(nothing, { 'bootstrap.read': bootstrap(), 'accounts.verifyEmail': 'offline' });
    expect({ refused: kit.refused?.code, hash: location.hash }).to.eql({ refused: 'network', hash: '' });
    network.answers['accounts.verifyEmail'] = { email: 'ada@example.com', grantedMillis: 0 } as never;
    await kit.load();
    expect(kit.confirmed).to.eql({ email: 'ada@example.com', grantedMillis: 0 });
    await kit.load();
    expect(network.named('accounts.verifyEmail').length).to.equal(2);
  });

  it('live.stream U7: what the stream says confirms the e-mail and brings the credits of another tab', async () => {
    const { kit, network, events } = await open(nothing, {
      'bootstrap.read': signedIn({ account: { ...account, emailVerified: false }, balance: balance({ waiting: 10_000 }) }),
      'purchases.read': purchase({ purchaseId: 'pur_none' }),
    });
    await until(() => network.streams.size === 1);
    const event = { kind: 'hello', amount: 0, purchaseId: 'pur_none' };
    network.push({ ...event, seq: 4, balance: balance({ seq: 4, waiting: 10_000 }) });
    await until(() => kit.balance?.seq === 4);
    expect(kit.account?.emailVerified).to.equal(false);
    network.push({ ...event, seq: 5, balance: balance({ seq: 5 }) });
    await until(() => kit.balance?.seq === 5);
    expect({ emailVerified: kit.account?.emailVerified, reads: network.named('purchases.read').length }).to.eql({
      emailVerified: true,
      reads: 0,
    });
    network.push({ ...event, kind: 'purchase', seq: 6, balance: balance({ seq: 6 }) });
    await until(() => network.named('purchases.read').length === 1);
    expect(network.named('purchases.read').map(({ input }) => input.purchaseId)).to.eql(['pur_none']);
    expect(events.filter(([name]) => name === 'wl-balance-changed').length).to.equal(4);
  });

  it('purchases.read P5: a purchase of the stream that cannot be read is told as a refusal, and no error is left', async () => {
    const { network, events } = await open(nothing, {
      'bootstrap.read': signedIn(),
      'purchases.read': { status: 404, code: 'purchase.not_found' },
    });
    const lost: unknown[] = [];
    const note = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      lost.push(event.reason);
    };
    addEventListener('unhandledrejection', note);
    await until(() => network.streams.size === 1);
    network.push({ seq: 6, kind: 'purchase', amount: 0, purchaseId: 'pur_none', balance: balance({ seq: 6 }) });
    await until(() => events.some(([name]) => name === 'wl-refused'));
    await done();
    removeEventListener('unhandledrejection', note);
    expect({ last: events.at(-1)?.[0], lost }).to.eql({ last: 'wl-refused', lost: [] });
  });
});

describe('the first answer', () => {
  it('bootstrap.read: it tells the page once that it is ready, and a later one only what is new', async () => {
    const { kit, events, network } = await open(nothing, { 'bootstrap.read': signedIn() });
    const ready = () => events.filter(([name]) => name === 'wl-ready').map(([, detail]) => detail);
    expect(ready()).to.eql([{ mode: 'live', signedIn: true, clientId: 'cli_1' }]);
    network.answers['bootstrap.read'] = bootstrap({ notice: 'closed' });
    await kit.load();
    expect({ notice: kit.data?.notice, account: kit.account, ready: ready().length }).to.eql({ notice: 'closed', account: null, ready: 1 });
  });

  it('bootstrap.read: of two that are asked for, the later one counts', async () => {
    const { kit, network } = await open(nothing, { 'bootstrap.read': bootstrap() });
    const { fetch } = window;
    const held: (() => void)[] = [];
    window.fetch = async (...call) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return fetch(...call);
    };
    network.answers['bootstrap.read'] = (_, { url }) => bootstrap({ notice: url.searchParams.get('key') === kit.key ? 'late' : null });
    const loads = [kit.load(), kit.load()];
    await until(() => held.length === 2);
    held[1]!();
    await loads[1];
    expect(kit.data?.notice).to.equal('late');
    network.answers['bootstrap.read'] = { status: 500, code: 'internal' };
    held[0]!();
    await loads[0];
    expect({ notice: kit.data?.notice, refused: kit.refused }).to.eql({ notice: 'late', refused: undefined });
  });

  it('bootstrap.read MT16: after 2.5 s it is slow and no error, after 15 s there is a way out', async () => {
    const { kit, network } = await open(nothing, { 'bootstrap.read': bootstrap() });
    network.answers['bootstrap.read'] = 'never';
    const timers = holdTimers();
    void kit.load();
    await until(() => network.named('bootstrap.read').length === 2);
    await timers.pass(2499);
    expect(kit.isSlow).to.equal(false);
    await timers.pass(1);
    expect({ isSlow: kit.isSlow, refused: kit.refused }).to.eql({ isSlow: true, refused: undefined });
    await timers.pass(12_499);
    expect(kit.refused).to.equal(undefined);
    await timers.pass(1);
    timers.release();
    expect(kit.refused?.code).to.equal('network');
  });

  it('bootstrap.read: without a connection the page says so, and reads again when it is back', async () => {
    const { kit, network } = await open(nothing, { 'bootstrap.read': bootstrap() });
    dispatchEvent(new Event('online'));
    expect(network.named('bootstrap.read').length).to.equal(1);
    dispatchEvent(new Event('offline'));
    expect(kit.refused?.code).to.equal('network');
    dispatchEvent(new Event('online'));
    await until(() => network.named('bootstrap.read').length === 2 && !kit.refused);
    expect({ reads: network.named('bootstrap.read').length, refused: kit.refused }).to.eql({ reads: 2, refused: undefined });
    kit.close();
    dispatchEvent(new Event('offline'));
    expect(kit.refused).to.equal(undefined);
  });

  it('credits.balance: a refusal is told to the page, no connection is shown, and a lost session signs out', async () => {
    const { kit, network, events } = await open(nothing, { 'bootstrap.read': signedIn() });
    const refuse = async (given: { status: number; code: string } | 'offline') => {
      network.answers['credits.balance'] = given;
      await kit.readBalance().catch(() => {});
      return [kit.refused?.code, kit.account !== null];
    };
    expect(await refuse({ status: 403, code: 'scope.missing' })).to.eql([undefined, true]);
    expect(events.at(-1)).to.eql(['wl-refused', { code: 'scope.missing', message: 'A sentence.', operation: 'credits.balance' }]);
    expect(await refuse('offline')).to.eql(['network', true]);
    network.answers['credits.balance'] = balance({ seq: 9 });
    await kit.readBalance();
    expect({ refused: kit.refused, seq: kit.balance?.seq }).to.eql({ refused: undefined, seq: 9 });
    expect(await refuse({ status: 401, code: 'proof.refused' })).to.eql([undefined, false]);
  });
});
