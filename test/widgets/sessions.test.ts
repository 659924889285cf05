import { expect, html } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { WlSessions } from '../../widgets/elements/sessions/sessions.ts';
import '../../widgets/elements/sessions/sessions.ts';
import type { WlSignup } from '../../widgets/elements/sign-up/sign-up.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import { signedIn, tokenFor } from './support/answers.ts';
import { close, open, type Page, settled, words } from './support/page.ts';

const list = html`<wl-sessions lang="en"></wl-sessions>`;
const session = (name: string, given = {}) => ({
  sessionId: `ses_${name}`,
  current: false,
  origin: 'page' as const,
  browser: null,
  lastUsedAt: '2026-11-05T18:00:00.000Z',
  createdAt: '2026-11-03T10:14:00.000Z',
  expiresAt: '2026-12-03T10:14:00.000Z',
  ...given,
});
const here = session('here', { current: true });
const three = { sessions: [here, session('phone'), session('agency', { origin: 'agency' })] };
const rows = ({ element }: Page<WlSessions>) => [...element.shadowRoot!.querySelectorAll<HTMLElement>('[part=session]')];
const signedInAnswer = { 'bootstrap.read': signedIn() };

describe('<wl-sessions>', () => {
  afterEach(close);

  it('sessions.list S13: each session says where and since when, and this device is marked and has no button', async () => {
    const page = await open<WlSessions>(list, { ...signedInAnswer, 'sessions.list': three });
    const [mine, phone, agency] = rows(page);
    expect(words(mine)).to.match(/^Signed in on this siteThis device Since Nov 3, 2026/);
    expect(mine!.querySelector('button')).to.equal(null);
    expect(words(phone)).to.match(/^Signed in on this site Since .* Sign out$/);
    expect(words(agency)).to.match(/^Signed in by Northwind /);
    await expect(page.element).to.be.accessible();
  });

  it('sessions.list MT24: a session says its browser and when it was last used', async () => {
    const other = session('other', { browser: 'Firefox, Windows' });
    const page = await open<WlSessions>(list, { ...signedInAnswer, 'sessions.list': { sessions: [here, other] } });
    expect(words(rows(page)[1])).to.match(/^Firefox, Windows Since Nov 3, 2026.* · last used Nov 5, 2026/);
    expect(words(rows(page)[0])).not.to.contain('last used');
  });

  it('sessions.endOne S13: the keyboard ends one; it is gone, said, and the keyboard is on the list', async () => {
    const page = await open<WlSessions>(list, { ...signedInAnswer, 'sessions.list': three, 'sessions.endOne': {} });
    rows(page)[1]!.querySelector('button')!.focus();
    await sendKeys({ press: 'Enter' });
    await settled(page.element);
    expect(page.network.named('sessions.endOne').map(({ input }) => input)).to.deep.equal([{ sessionId: 'ses_phone' }]);
    expect(rows(page)).to.have.length(2);
    expect(words(page.element.shadowRoot!.querySelector('[role=status]'))).to.equal('Signed out there.');
    expect(page.element.shadowRoot!.activeElement).to.equal(page.part('sessions'));
  });

  it('sessions.endAll S13: ends all of them and leaves this page signed out', async () => {
    const page = await open<WlSessions>(list, { ...signedInAnswer, 'sessions.list': three, 'sessions.endAll': { ended: 3 } });
    page.part('end-all').click();
    await settled(page.element);
    expect(page.kit.account).to.equal(null);
    expect(page.events.at(-1)?.[0]).to.equal('wl-signed-out');
    expect(page.text('signed-out')).to.equal('Sign in to see where you are signed in.');
  });

  it('sessions.list S13: where there is no other session, one sentence says so', async () => {
    const page = await open<WlSessions>(list, { ...signedInAnswer, 'sessions.list': { sessions: [here] } });
    expect(page.text('only')).to.equal('You are signed in here only.');
  });

  it('sessions.list S13: keeps the room while it loads', async () => {
    const page = await open<WlSessions>(list, { ...signedInAnswer, 'sessions.list': 'never' });
    expect(page.element.shadowRoot!.querySelectorAll('.bone')).to.have.length(2);
    expect(rows(page)).to.have.length(0);
  });

  it('sessions.list S13: says what is wrong, and the way out reads the list again', async () => {
    const page = await open<WlSessions>(list, { ...signedInAnswer, 'sessions.list': { status: 500, code: 'internal', message: 'No.' } });
    expect(page.text('error')).to.match(/^No\. Try again$/);
    await expect(page.element).to.be.accessible();
    page.network.answers['sessions.list'] = three;
    page.part('retry').click();
    for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    expect(page.part('error')).to.equal(null);
    expect(rows(page)).to.have.length(3);
  });

  it('sessions.endOne S13: a session that cannot be ended stays in the list, with the reason above it', async () => {
    const refused = { status: 404, code: 'session.not_found', message: 'There is no such session.' };
    const page = await open<WlSessions>(list, { ...signedInAnswer, 'sessions.list': three, 'sessions.endOne': refused });
    page.part('end').click();
    await settled(page.element);
    expect(page.text('error')).to.equal('There is no such session.');
    expect(rows(page)).to.have.length(3);
  });
});

describe('<wl-signup> with sessions', () => {
  afterEach(close);
  const account = html`<wl-signup></wl-signup>`;

  it('sessions.list S13: the account view reads the list once somebody opens it, not before', async () => {
    const page = await open<WlSignup>(account, { ...signedInAnswer, 'sessions.list': three });
    expect(page.network.named('sessions.list')).to.have.length(0);
    page.part('sessions-panel').querySelector('summary')!.focus();
    await sendKeys({ press: 'Enter' });
    for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    const sessions = page.part('sessions-panel').querySelector('wl-sessions')!;
    expect(sessions.shadowRoot!.querySelectorAll('[part=session]')).to.have.length(3);
    expect(page.network.named('sessions.list')).to.have.length(1);
    await expect(page.element).to.be.accessible();
  });

  it('sessions.list S13: a session that may not change the account has no list', async () => {
    const answer = signedIn({ session: { token: tokenFor('balance:read'), expiresInSeconds: 900 } });
    const page = await open<WlSignup>(account, { 'bootstrap.read': answer });
    expect(page.part('sessions-panel')).to.equal(null);
  });
});
