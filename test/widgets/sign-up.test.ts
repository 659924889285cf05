import { expect } from '@open-wc/testing';
import type { WlSignup } from '../../widgets/elements/sign-up/sign-up.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import { bootstrap, brand } from './support/answers.ts';
import { answer, errorOf, fill, form, input, waiting } from './support/form.ts';
import { close, open, settled, words } from './support/page.ts';

const person = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', password: 'Abcdef1!', passwordConfirmation: 'Abcdef1!' };

function dropComments(tree: Element): void {
  const walker = document.createTreeWalker(tree, NodeFilter.SHOW_COMMENT);
  const comments: Comment[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode as Comment);
  for (const comment of comments) comment.remove();
}

describe('<wl-signup>', () => {
  afterEach(close);

  it('accounts.signUp E4: password managers find labelled inputs in the page itself', async () => {
    const page = await open<WlSignup>(form);
    const found = (purpose: string) => document.querySelectorAll<HTMLInputElement>(`input[autocomplete="${purpose}"]`);
    for (const purpose of ['given-name', 'family-name', 'email']) expect(found(purpose)[0]?.labels?.length, purpose).to.equal(1);
    expect(found('new-password')).to.have.length(2);
    expect(found('new-password')[0]!.form).to.be.instanceOf(HTMLFormElement);
    page.element.mode = 'sign-in';
    await settled(page.element);
    expect(found('new-password')).to.have.length(0);
    expect({ usernames: found('username').length, passwords: found('current-password').length }).to.deep.equal({
      usernames: 1,
      passwords: 1,
    });
    await expect(page.element).to.be.accessible();
  });

  it('accounts.signUp PG6: what a browser fills in without saying so is sent', async () => {
    const page = await open<WlSignup>(form, { 'accounts.signUp': { ...answer, balance: waiting } });
    for (const [name, value] of Object.entries(person)) input(page, name).value = value;
    await fill(page, {});
    expect(page.network.named('accounts.signUp')[0]?.input).to.include(person);
  });

  it('accounts.signUp PG6: a tool that takes the comments out of a page stops neither another form nor signing up', async () => {
    const page = await open<WlSignup>(form, { 'accounts.signUp': { ...answer, balance: waiting } });
    for (const mode of ['sign-in', 'sign-up'] as const) {
      dropComments(page.element);
      page.element.mode = mode;
      await settled(page.element);
      expect(page.element.querySelectorAll('form'), mode).to.have.length(1);
    }
    dropComments(page.element);
    await fill(page, person);
    expect(page.text('account')).to.contain('Welcome, Ada');
    expect(page.element.querySelector('input')).to.equal(null);
  });

  for (const email of ['ada＠example.com', 'ada＠例え．テスト', 'ada@example。com'])
    it(`accounts.signUp PG10: an address in the wide signs of an eastern keyboard is sent (${email})`, async () => {
      const page = await open<WlSignup>(form, { 'accounts.signUp': { ...answer, balance: waiting } });
      await fill(page, { ...person, email });
      expect(page.network.named('accounts.signUp')).to.have.length(1);
    });

  it('accounts.signUp PG6: a field that nobody sees and a password manager filled in stops one try, and not the next', async () => {
    const refused = { status: 422, code: 'signup.refused', message: 'Please try again.' };
    const page = await open<WlSignup>(form, { 'accounts.signUp': ({ website }) => (website ? refused : { ...answer, balance: waiting }) });
    await fill(page, { ...person, website: 'https://example.com' });
    expect(page.text('error')).to.equal(refused.message);
    await fill(page, {});
    expect(page.text('account')).to.contain('Welcome, Ada');
  });

  it('accounts.signUp S1 S10: becomes the balance view without a reload, and says that free credits wait', async () => {
    const page = await open<WlSignup>(form, { 'accounts.signUp': { ...answer, balance: waiting } });
    await expect(page.element).to.be.accessible();
    await fill(page, person);
    const { publicKey, ...sent } = page.network.named('accounts.signUp')[0]!.input;
    expect(sent).to.deep.equal({ ...person, returnUrl: `${location.href}&wl-key=${page.kit.key}` });
    expect(publicKey).to.include({ kty: 'EC', crv: 'P-256' });
    expect(page.text('confirm')).to.contain('We sent a link to ada@example.com. 10 free credits wait for your confirmed e-mail.');
    expect(page.part('meter')).to.exist;
    expect(page.element.querySelector('input')).to.equal(null);
    expect(page.events.map(([name]) => name)).to.deep.equal(['wl-ready', 'wl-balance-changed', 'wl-signed-up']);
    await expect(page.element).to.be.accessible();
  });

  for (const [password, sentence] of [
    ['Abcde1!', 'The password needs 8 to 20 characters.'],
    ['Abcdefghijklmnopqr12!', 'The password needs 8 to 20 characters.'],
    ['Abcdefg!', 'The password needs a number.'],
    ['abcdef1!', 'The password needs an uppercase letter.'],
    ['ABCDEF1!', 'The password needs a lowercase letter.'],
    ['Abcdefg1', 'The password needs a special character.'],
    ['', 'Please enter your password.'],
  ]) {
    it(`accounts.signUp S3: refuses "${password}" at its field before anything is sent`, async () => {
      const page = await open<WlSignup>(form);
      await fill(page, { ...person, password: password!, passwordConfirmation: password! });
      expect(errorOf(page, 'password')).to.equal(sentence);
      expect(document.activeElement).to.equal(input(page, 'password'));
      expect(page.network.named('accounts.signUp')).to.have.length(0);
    });
  }

  it('accounts.signUp S3: ticks off what the password has while it is typed, and refuses a mismatch', async () => {
    const page = await open<WlSignup>(form);
    const met = () => [...page.element.shadowRoot!.querySelectorAll('.met')].map((rule) => words(rule.querySelector('span')));
    expect(met()).to.deep.equal([]);
    await fill(page, { ...person, password: 'Ab1', passwordConfirmation: 'Ab2' });
    expect(met()).to.deep.equal(['a number', 'an uppercase letter', 'a lowercase letter']);
    expect(errorOf(page, 'passwordConfirmation')).to.equal('The two passwords are not the same.');
    await expect(page.element).to.be.accessible();
  });

  it('accounts.signUp S3: asks for a passphrase where the agency says so', async () => {
    const page = await open<WlSignup>(form, { 'bootstrap.read': bootstrap({ signUp: { fields: [], passwordPolicy: 'passphrase' } }) });
    expect(page.text('rules')).to.equal('12 to 128 characters');
  });

  it('accounts.signUp S4: shows what the API refuses at its field', async () => {
    const refused = {
      status: 409,
      code: 'email.taken',
      param: 'email',
      message: 'There is already an account with this e-mail address. Sign in instead.',
    };
    const page = await open<WlSignup>(form, { 'accounts.signUp': refused });
    await fill(page, person);
    expect(errorOf(page, 'email')).to.equal(refused.message);
    expect(document.activeElement).to.equal(input(page, 'email'));
    expect(page.events.at(-1)).to.deep.equal([
      'wl-refused',
      { code: 'email.taken', message: refused.message, operation: 'accounts.signUp' },
    ]);
  });

  it('accounts.signUp S8: a program that fills in the field nobody sees gives itself away, a person cannot reach it', async () => {
    const page = await open<WlSignup>(form, { 'accounts.signUp': { ...answer, balance: waiting } });
    const trap = page.element.querySelector<HTMLInputElement>('input[name=website]')!;
    expect({ boxes: trap.getClientRects().length, tabIndex: trap.tabIndex }).to.deep.equal({ boxes: 0, tabIndex: -1 });
    trap.value = 'https://spam.example';
    trap.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await fill(page, person);
    expect(page.network.named('accounts.signUp')[0]!.input.website).to.equal('https://spam.example');
  });

  it('accounts.signUp S9: needs the box where the agency has terms, and links them', async () => {
    const legal = { ...brand, termsUrl: 'https://northwind.test/terms', privacyUrl: 'javascript:alert(1)' };
    const page = await open<WlSignup>(form, {
      'bootstrap.read': bootstrap({ brand: legal }),
      'accounts.signUp': { ...answer, balance: waiting },
    });
    expect(page.text('consent')).to.contain('I accept the terms.');
    expect([...page.part('consent').querySelectorAll('a')].map((link) => link.href)).to.deep.equal([legal.termsUrl]);
    await fill(page, person);
    expect(page.text('consent')).to.contain('Please accept the terms to continue.');
    await expect(page.element).to.be.accessible();
    page.part('consent').querySelector('input')!.click();
    await fill(page, {});
    expect(page.network.named('accounts.signUp')[0]!.input.acceptedTerms).to.equal(true);
  });

  it('accounts.signUp: asks for the optional fields that the agency wants, and sends only filled ones', async () => {
    const page = await open<WlSignup>(form, {
      'bootstrap.read': bootstrap({ signUp: { fields: ['company', 'phone'], passwordPolicy: 'classic' } }),
      'accounts.signUp': { ...answer, balance: waiting },
    });
    expect(words(page.element.querySelector('[slot=company-label]'))).to.equal('Company (optional)');
    await fill(page, { ...person, company: 'Engines Ltd' });
    expect(page.network.named('accounts.signUp')[0]!.input.profile).to.deep.equal({ company: 'Engines Ltd' });
  });

  it('accounts.signUp: shows and hides the password on request', async () => {
    const page = await open<WlSignup>(form);
    const peek = page.element.shadowRoot!.querySelector<HTMLElement>('.peek')!;
    peek.click();
    await settled(page.element);
    expect({ type: input(page, 'password').type, pressed: peek.getAttribute('aria-pressed') }).to.deep.equal({
      type: 'text',
      pressed: 'true',
    });
  });

  it('bootstrap.read E12: offers a retry while there is no connection', async () => {
    const page = await open<WlSignup>(form, { 'bootstrap.read': 'offline' });
    await expect(page.element).to.be.accessible();
    page.network.answers['bootstrap.read'] = bootstrap();
    page.part('retry').click();
    await settled(page.element);
    expect(page.text('heading')).to.equal('Create your account');
  });
});
