import { expect, html } from '@open-wc/testing';
import '../../../widgets/elements/balance-meter/balance-meter.ts';
import { Session } from '../../../widgets/kit/session.ts';
import { makeKey } from '../../../widgets/kit/sign-in.ts';
import type { WlElement } from '../../../widgets/ui/element.ts';
import { account, balance, bootstrap, signedIn } from '../support/answers.ts';
import { close, open, settled } from '../support/page.ts';

const meter = html`<wl-balance-meter></wl-balance-meter>`;

describe('the session', () => {
  afterEach(close);

  it('sessions.refresh T4: an expired token is renewed once for everybody, silently', async () => {
    let token = 'old';
    const { kit, events, network } = await open<WlElement>(
      meter,
      {
        'bootstrap.read': signedIn({ session: null }),
        'credits.balance': (_, { headers }) =>
          headers.get('Authorization') === 'Bearer new' ? balance() : { status: 401, code: 'session.missing' },
      },
      { session: async () => token },
    );
    token = 'new';
    await Promise.all([kit.readBalance(), kit.readBalance()]);
    expect(network.named('credits.balance')).to.have.length(4);
    expect(events.some(([name]) => name === 'wl-refused' || name === 'wl-signed-out')).to.equal(false);
  });

  it('sessions.refresh T4: a session that is over signs out and says so', async () => {
    const { kit, events, text, element } = await open<WlElement>(
      meter,
      {
        'bootstrap.read': signedIn({ session: null }),
        'credits.balance': { status: 401, code: 'session.missing', message: 'Please sign in again.' },
      },
      { session: async () => 'token' },
    );
    await kit.readBalance().catch(() => {});
    await settled(element);
    expect(events.map(([name]) => name)).to.include.members(['wl-refused', 'wl-signed-out']);
    expect(text('signed-out')).to.equal('Sign in to see your credits.');
  });

  it('sessions.refresh RT12: whatever outlives the page is bound to an unreadable key, and proves itself', async () => {
    const key = `wlp_test_${Math.random()}`;
    const here = new Session(key, 'https://api.test/v1/sessions.refresh', async () => ({ token: 't2', expiresInSeconds: 900 }));
    const publicKey = await makeKey(here);
    await here.take({ token: 't1', expiresInSeconds: 900, refreshToken: 'refresh-1' });
    const nextPage = new Session(key, 'https://api.test/v1/sessions.refresh', async () => ({ token: 't3', expiresInSeconds: 900 }));
    const { refresh } = await nextPage.forBootstrap('https://api.test/v1/bootstrap.read');
    const [head, claims, signature] = refresh!.proof.split('.').map((part) => atob(part.replaceAll('-', '+').replaceAll('_', '/')));
    expect(JSON.parse(head!)).to.deep.equal({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey });
    const { jti, iat, ath, ...rest } = JSON.parse(claims!);
    expect(rest).to.deep.equal({ htm: 'POST', htu: 'https://api.test/v1/bootstrap.read' });
    expect({ jti: jti.length, ath: ath.length, isNow: Math.abs(iat - Date.now() / 1000) < 5 }).to.deep.equal({
      jti: 36,
      ath: 43,
      isNow: true,
    });
    const verifier = await crypto.subtle.importKey('jwk', publicKey, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
    const bytes = Uint8Array.from(signature!, (character) => character.charCodeAt(0));
    const text = new TextEncoder().encode(refresh!.proof.split('.').slice(0, 2).join('.'));
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, verifier, bytes, text)).to.equal(true);
    await nextPage.wipe();
    expect(await new Session(key, '', async () => ({ token: '', expiresInSeconds: 1 })).forBootstrap('x')).to.deep.equal({});
    expect(JSON.stringify([localStorage, sessionStorage, document.cookie])).not.to.contain('refresh-1');
  });

  const timeOf = (proof: string) => JSON.parse(atob(proof.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'))).iat * 1000;
  const threeDays = 3 * 86_400_000;

  it('sessions.refresh PG8: a clock that is three days off signs nobody out, at a reload or later', async () => {
    const key = `wlp_test_${Math.random()}`;
    const before = new Session(key, 'https://api.test/v1/sessions.refresh', async () => ({ token: '', expiresInSeconds: 1 }));
    await makeKey(before);
    await before.take({ token: 't1', expiresInSeconds: 900, refreshToken: 'refresh-1' });
    const isTimely = (proof: string) => Math.abs(timeOf(proof) - Date.now() - threeDays) < 60_000;
    const page = open<WlElement>(
      meter,
      {
        'bootstrap.read': ({ refresh }) => (refresh && isTimely(refresh.proof) ? signedIn({ account }) : bootstrap()),
        'sessions.refresh': ({ proof }) =>
          isTimely(proof) ? { session: { token: 't2', expiresInSeconds: 900 } } : { status: 401, code: 'proof.refused' },
      },
      { key, date: new Date(Date.now() + threeDays).toUTCString() },
    );
    const { kit, network } = await page;
    expect(kit.account?.clientId).to.equal(account.clientId);
    expect(network.named('bootstrap.read').length, 'the first told the time').to.equal(2);
    expect(await kit.session.renew()).to.equal(true);
    kit.session.hearTime(new Date().toUTCString());
    expect(await kit.session.renew(), 'also where the clock was set meanwhile').to.equal(true);
  });

  it('sessions.end: another tab that signs in or out is followed', async () => {
    const { kit, network, element, text } = await open<WlElement>(meter, { 'bootstrap.read': bootstrap() });
    const other = new BroadcastChannel(`wl:${kit.key}`);
    network.answers['bootstrap.read'] = signedIn({ account });
    other.postMessage('signed-in');
    await new Promise((resolve) => setTimeout(resolve, 60));
    await settled(element);
    expect(text('figures')).to.equal('70 | 30 | 100');
    other.postMessage('signed-out');
    await new Promise((resolve) => setTimeout(resolve, 60));
    await settled(element);
    expect(text('signed-out')).to.equal('Sign in to see your credits.');
    other.close();
  });
});
