import { expect, html } from '@open-wc/testing';
import { render } from 'lit';
import '../../widgets/balance-meter/balance-meter.ts';
import '../../widgets/buy-credits/buy-credits.ts';
import '../../widgets/sign-up/sign-up.ts';
import { provideKit } from '../../widgets/core/context.ts';
import type { WlElement } from '../../widgets/core/element.ts';
import { Kit } from '../../widgets/core/kit.ts';
import { Session } from '../../widgets/core/session.ts';
import { account, balance, bootstrap, signedIn, tokenFor } from './support/answers.ts';
import { close, Network, open, settled, words } from './support/page.ts';

const meter = html`<wl-balance-meter></wl-balance-meter>`;

/** What the page says on the console while something happens. */
async function consoleOf(work: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => lines.push(line);
  await work();
  console.warn = warn;
  return lines;
}

describe('the kit', () => {
  afterEach(close);

  it('bootstrap.read E14: six elements make one request and one stream, without a preflight', async () => {
    const { network, element } = await open<WlElement>(
      html`<div>
        <wl-signup></wl-signup><wl-buy-credits></wl-buy-credits><wl-balance-meter></wl-balance-meter><wl-balance-meter></wl-balance-meter
        ><wl-balance-meter></wl-balance-meter><wl-buy-credits></wl-buy-credits>
      </div>`,
      { 'bootstrap.read': signedIn() },
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(network.calls.map(({ name }) => name)).to.deep.equal(['bootstrap.read', 'live.stream']);
    expect([...network.calls[0]!.headers]).to.deep.equal([['content-type', 'text/plain']]);
    expect(network.calls[0]!.url.searchParams.get('key')).to.match(/^wlp_test_/);
    expect(network.calls[1]!.headers.get('Authorization')).to.equal(`Bearer ${tokenFor()}`);
    expect(network.calls[1]!.url.searchParams.get('after')).to.equal('3');
    expect(element).to.exist;
  });

  it('live.stream E16: fifty times out of the page and back leave one watcher and one stream', async () => {
    const { network, element, kit, text } = await open<WlElement>(meter, { 'bootstrap.read': signedIn() });
    const parent = element.parentElement!;
    for (let turn = 0; turn < 50; turn += 1) {
      element.remove();
      parent.append(element);
    }
    let renders = 0;
    element.requestUpdate = () => {
      renders += 1;
    };
    kit.changed();
    expect([renders, network.streams.size, network.named('live.stream').length]).to.deep.equal([1, 1, 1]);
    expect(text('figures')).to.equal('70 | 30 | 100');
  });

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

  it('sessions.refresh RT12: what outlives the page is bound to a key that cannot be read out, and proves itself per address', async () => {
    const key = `wlp_test_${Math.random()}`;
    const here = new Session(key, 'https://api.test/v1/sessions.refresh', async () => ({ token: 't2', expiresInSeconds: 900 }));
    const publicKey = await here.publicKey();
    await here.take({ token: 't1', expiresInSeconds: 900, refreshToken: 'refresh-1' });
    const nextPage = new Session(key, 'https://api.test/v1/sessions.refresh', async () => ({ token: 't3', expiresInSeconds: 900 }));
    const { refresh } = await nextPage.forBootstrap('https://api.test/v1/bootstrap.read');
    const [head, claims, signature] = refresh!.proof.split('.').map((part) => atob(part.replaceAll('-', '+').replaceAll('_', '/')));
    expect(JSON.parse(head!)).to.deep.equal({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey });
    const { jti, iat, ath, ...rest } = JSON.parse(claims!);
    expect(rest).to.deep.equal({ htm: 'POST', htu: 'https://api.test/v1/bootstrap.read' });
    expect([jti.length, ath.length, Math.abs(iat - Date.now() / 1000) < 5]).to.deep.equal([36, 43, true]);
    const verifier = await crypto.subtle.importKey('jwk', publicKey, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
    const bytes = Uint8Array.from(signature!, (character) => character.charCodeAt(0));
    const text = new TextEncoder().encode(refresh!.proof.split('.').slice(0, 2).join('.'));
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, verifier, bytes, text)).to.equal(true);
    await nextPage.wipe();
    expect(await new Session(key, '', async () => ({ token: '', expiresInSeconds: 1 })).forBootstrap('x')).to.deep.equal({});
    expect(JSON.stringify([localStorage, sessionStorage, document.cookie])).not.to.contain('refresh-1');
  });

  it('bootstrap.read T6: a refused page gets one neutral sentence, and the developer one line with the origin and the place', async () => {
    const refused = { status: 403, code: 'origin.refused', message: 'This page may not use this key.' };
    let shown = '';
    const lines = await consoleOf(async () => {
      const { text, element, kit } = await open<WlElement>(meter, { 'bootstrap.read': refused });
      await kit.after();
      await settled(element);
      shown = text('error');
      expect(element.shadowRoot!.querySelector('[part=retry]')).to.equal(null);
      await expect(element).to.be.accessible();
    });
    expect(shown).to.equal('This is not available on this page.');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.contain(location.origin).and.to.contain('agency.update');
  });

  for (const [key, says] of [
    ['wls_test_secret', 'secret key'],
    ['pk_test_stripe', "Stripe's"],
    ['', 'is empty'],
  ] as const) {
    it(`bootstrap.read T3: a key of the wrong kind (${key || 'none'}) is named and never sent`, async () => {
      const lines = await consoleOf(async () => {
        const { network, element, kit } = await open<WlElement>(meter, {}, { key });
        await kit.after();
        await settled(element);
        expect(network.calls).to.have.length(0);
      });
      expect(lines).to.have.length(1);
      expect(lines[0]).to.contain(says).and.not.to.contain('wls_test_secret');
    });
  }

  it('bootstrap.read E15: two roots with different keys do not mix', async () => {
    const one = await open<WlElement>(meter, {
      'bootstrap.read': (_, { url }) =>
        signedIn({ balance: balance({ available: url.searchParams.get('key') === 'wlp_test_two' ? 1_000 : 2_000 }) }),
    });
    const root = document.createElement('div');
    const kit = new Kit({ api: 'https://api.test', key: 'wlp_test_two', root });
    provideKit(root, kit);
    document.body.append(root);
    render(meter, root);
    const two = root.firstElementChild as WlElement;
    await kit.start();
    await settled(two);
    expect([one.text('sentence'), words(two.shadowRoot!.querySelector('[part=sentence]'))]).to.deep.equal([
      '2 credits left',
      '1 credits left',
    ]);
    kit.close();
    root.remove();
  });

  it('live.stream U7: resumes at the last entry, closes while the page is hidden, and asks the plain way while it does not deliver', async () => {
    const { network, element, text } = await open<WlElement>(meter, {
      'bootstrap.read': signedIn(),
      'credits.balance': balance({ available: 69_000, seq: 5 }),
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    network.push({ seq: 4, kind: 'call', amount: -1, purchaseId: null, balance: balance({ seq: 4 }) });
    await settled(element);
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    document.dispatchEvent(new Event('visibilitychange'));
    expect(network.streams.size).to.equal(0);
    network.answers['live.stream'] = 'offline';
    Object.defineProperty(document, 'hidden', { configurable: true, value: false });
    document.dispatchEvent(new Event('visibilitychange'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await settled(element);
    expect(network.named('live.stream').at(-1)!.url.searchParams.get('after')).to.equal('4');
    expect(text('sentence')).to.equal('69 credits left');
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
    expect(new Network({}).calls).to.deep.equal([]);
  });
});
