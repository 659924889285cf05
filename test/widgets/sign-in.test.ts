import { expect, html } from '@open-wc/testing';
import type { WlSignup } from '../../widgets/elements/sign-up/sign-up.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import { account, balance, bootstrap, signedIn } from './support/answers.ts';
import { answer, fill, form, waiting } from './support/form.ts';
import { close, open, settled } from './support/page.ts';

describe('<wl-signup> for those who have an account', () => {
  afterEach(close);

  it('accounts.signIn: signs in, and tells nothing about which part was wrong', async () => {
    const refused = { status: 401, code: 'login.refused', message: 'The e-mail or password is not right.' };
    const page = await open<WlSignup>(html`<wl-signup mode="sign-in"></wl-signup>`, { 'accounts.signIn': refused });
    await fill(page, { login: 'ada', password: 'wrong' });
    expect(page.text('error')).to.equal(refused.message);
    await expect(page.element).to.be.accessible();
    page.network.answers['accounts.signIn'] = { ...answer, account, balance: balance() };
    await fill(page, { password: 'Abcdef1!' });
    expect(page.text('account')).to.contain('Welcome, Ada');
    expect(page.events.at(-1)![0]).to.equal('wl-signed-in');
    expect(page.element.shadowRoot!.activeElement, 'the focus is on the account').to.equal(page.part('heading'));
  });

  it('accounts.signIn MT15: a notice for visitors stands above the sign-in of clients, without a sign-up', async () => {
    const notice = 'We open on Monday.';
    const page = await open<WlSignup>(form, {
      'bootstrap.read': bootstrap({ notice, noticeCode: 'own', clientsOnly: true }),
      'accounts.signIn': { ...answer, account, balance: balance() },
    });
    expect(page.text('closed')).to.equal(notice);
    expect(page.text('heading')).to.equal('Sign in');
    expect(page.text('switch')).to.equal('Forgot password?');
    await expect(page.element).to.be.accessible();
    page.element.mode = 'sign-up';
    await settled(page.element);
    expect(page.element.mode, 'whatever asks for it').to.equal('sign-in');
    await fill(page, { login: 'ada', password: 'Abcdef1!' });
    expect(page.text('account')).to.contain('Welcome, Ada');
    expect(page.part('closed')).to.equal(null);
    await page.kit.leave();
    await settled(page.element);
    expect(page.text('heading')).to.equal('Sign in');
    expect(page.text('switch')).to.equal('Forgot password?');
  });

  it('accounts.signIn MT15: where nobody may come in, there is the notice alone', async () => {
    const page = await open<WlSignup>(form, { 'bootstrap.read': bootstrap({ notice: 'Back on Monday.', noticeCode: 'own' }) });
    expect(page.text('frame')).to.equal('Back on Monday.');
    expect(page.element.querySelector('input')).to.equal(null);
  });

  for (const [field, label] of Object.entries({ city: 'E-mail', username: 'E-mail or username' }))
    it(`accounts.signIn: the field says ${label} where the sign-up asks for a ${field}`, async () => {
      const signUp = { fields: [field as 'city'], passwordPolicy: 'classic' as const };
      const page = await open<WlSignup>(html`<wl-signup mode="sign-in"></wl-signup>`, { 'bootstrap.read': bootstrap({ signUp }) });
      await fill(page, { login: ' ', password: 'wrong' });
      expect(page.element.querySelector('[slot=login-label]')?.textContent).to.equal(label);
      expect(page.element.querySelector('[slot=login-error]')?.textContent).to.equal(`Please enter your ${label.replace('E', 'e')}.`);
    });

  it('accounts.requestReset: sends the link and goes back to sign-in', async () => {
    const page = await open<WlSignup>(html`<wl-signup mode="forgot"></wl-signup>`, { 'accounts.requestReset': {} });
    await expect(page.element).to.be.accessible();
    await fill(page, { email: 'ada@example.com' });
    expect(page.element.mode).to.equal('sign-in');
    expect(page.text('notice')).to.contain('a link is on its way');
  });

  it('accounts.reset: the mailed link opens the form for a new password and leaves the address', async () => {
    history.replaceState(null, '', '#wl-reset=token.1');
    const page = await open<WlSignup>(form, { 'accounts.reset': {} });
    expect({ hash: location.hash, heading: page.text('heading') }).to.deep.equal({ hash: '', heading: 'Choose a new password' });
    await expect(page.element).to.be.accessible();
    await fill(page, { password: 'Abcdef1!', passwordConfirmation: 'Abcdef1!' });
    expect(page.network.named('accounts.reset')[0]!.input.token).to.equal('token.1');
    expect(page.text('notice')).to.equal('Your password is saved. Please sign in with it.');
  });

  for (const [code, mode] of Object.entries({ 'reset.expired': 'forgot', 'reset.outdated': 'forgot', 'reset.refused': 'reset' }))
    it(`accounts.reset A02: after ${code} the form is that of ${mode}, with the sentence above it`, async () => {
      history.replaceState(null, '', '#wl-reset=token.1');
      const page = await open<WlSignup>(form, { 'accounts.reset': { status: 422, code, message: 'Why, and the way on.' } });
      await fill(page, { password: 'Abcdef1!', passwordConfirmation: 'Abcdef1!' });
      expect(page.element.mode).to.equal(mode);
      expect(page.text('error')).to.equal('Why, and the way on.');
      expect(!!page.element.querySelector('input[name=email]')).to.equal(mode === 'forgot');
    });

  it('accounts.verifyEmail S10: the mailed link confirms the e-mail and says what it brought', async () => {
    history.replaceState(null, '', '#wl-verify=token.2&tab=1');
    let confirmed = false;
    const page = await open<WlSignup>(form, {
      'bootstrap.read': () => signedIn({ account: { ...account, emailVerified: confirmed } }),
      'accounts.verifyEmail': () => {
        confirmed = true;
        return { email: account.email, grantedMillis: 10_000 };
      },
    });
    expect(location.hash).to.equal('#tab=1');
    expect(page.text('notice')).to.equal('Your e-mail is confirmed and 10 free credits are yours.');
    expect(page.part('confirm')).to.equal(null);
    expect(page.events.find(([name]) => name === 'wl-email-verified')![1]).to.deep.equal({ email: account.email, credits: 10_000 });
    await expect(page.element).to.be.accessible();
  });

  it('accounts.verifyEmail A13: a link that is cut in the middle of a sign stops nothing on the page', async () => {
    history.replaceState(null, '', '#wl-verify=token%');
    const page = await open<WlSignup>(form, { 'accounts.verifyEmail': { status: 422, code: 'verification.refused', message: 'Too old.' } });
    expect({ hash: location.hash, mode: page.element.mode, error: page.text('error') }).to.deep.equal({
      hash: '',
      mode: 'sign-in',
      error: 'Too old.',
    });
  });

  it('accounts.verifyEmail: an old link says so, and whoever has no session here signs in', async () => {
    history.replaceState(null, '', '#wl-verify=old');
    const refused = { status: 422, code: 'verification.expired', message: 'Sign in and have a new one sent.' };
    const page = await open<WlSignup>(form, { 'accounts.verifyEmail': refused });
    expect({ mode: page.element.mode, error: page.text('error') }).to.deep.equal({ mode: 'sign-in', error: refused.message });
  });

  it('accounts.sendVerification: sends the mail again', async () => {
    const page = await open<WlSignup>(form, {
      'bootstrap.read': signedIn({ account: { ...account, emailVerified: false }, balance: waiting }),
      'accounts.sendVerification': {},
    });
    page.part('resend').click();
    await settled(page.element);
    expect(page.text('confirm')).to.contain('Link sent.');
    await expect(page.element).to.be.accessible();
  });

  it('sessions.end: signing out shows the form again and tells the page', async () => {
    const page = await open<WlSignup>(form, { 'bootstrap.read': signedIn(), 'sessions.end': {} });
    const told = new Promise((resolve) => page.root.addEventListener('wl-signed-out', resolve, { once: true }));
    page.part('sign-out').click();
    await told;
    await settled(page.element);
    expect(page.text('heading')).to.equal('Create your account');
    expect(page.events.at(-1)![0]).to.equal('wl-signed-out');
    expect(page.network.streams.size).to.equal(0);
  });

  it('accounts.signIn PG3: who was signed in here before reads the sign-in first, unless the page says otherwise', async () => {
    const page = await open<WlSignup>(html`<wl-signup></wl-signup>`, { 'accounts.signUp': { ...answer, account, balance: balance() } });
    expect(page.text('heading')).to.equal('Create your account');
    await fill(page, { firstName: 'Ada', lastName: 'L', email: 'ada@example.com', password: 'Abcdef1!', passwordConfirmation: 'Abcdef1!' });
    expect(page.text('account')).to.contain('Welcome, Ada');
    await page.kit.leave();
    await settled(page.element);
    expect(page.text('heading')).to.equal('Sign in');
    const { key } = page.kit;
    const later = await open<WlSignup>(html`<wl-signup></wl-signup>`, {}, { key });
    expect(later.text('heading')).to.equal('Sign in');
    const wanted = await open<WlSignup>(html`<wl-signup mode="sign-up"></wl-signup>`, {}, { key });
    expect(wanted.text('heading')).to.equal('Create your account');
  });

  it('accounts.signIn PG3: where the browser keeps nothing, it begins with the sign-up', async () => {
    const { getItem } = Storage.prototype;
    Storage.prototype.getItem = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    try {
      const page = await open<WlSignup>(html`<wl-signup></wl-signup>`, {});
      expect(page.text('heading')).to.equal('Create your account');
    } finally {
      Storage.prototype.getItem = getItem;
    }
  });
});
