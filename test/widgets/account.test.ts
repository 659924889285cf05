import { expect, html } from '@open-wc/testing';
import { sendKeys, setViewport } from '@web/test-runner-commands';
import type { Output } from '../../api/contract/index.ts';
import type { WlAccount } from '../../widgets/elements/account/account.ts';
import { rememberVisit, wasHere } from '../../widgets/elements/sign-up/was-here.ts';
import type { Refused } from '../../widgets/kit/refused.ts';
import '../../widgets/elements/account/account.ts';
import '../../widgets/elements/sessions/sessions.ts';
import { balance, signedIn, tokenFor } from './support/answers.ts';
import { close, open, type Page, settled, words } from './support/page.ts';

const markup = (section = 'profile') => html`<wl-account lang="en" section=${section}></wl-account>`;
const nobody = { username: null, phone: null, country: null, region: null, city: null, postalCode: null };
const account = (given: Partial<Output<'accounts.read'>> = {}): Output<'accounts.read'> => ({
  clientId: 'cli_1',
  memberId: 'mem_1',
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@example.com',
  emailVerified: true,
  newEmail: null,
  profile: { ...nobody, addressLine1: null, addressLine2: null, company: null, role: null, city: 'London' },
  fields: ['city', 'company'],
  signIn: { password: true, externalId: null },
  notices: { rentDue: true, lowCredits: true },
  createdAt: '2026-11-03T10:14:00.000Z',
  ...given,
});
const losses = (given: Partial<Output<'accounts.deletion'>> = {}): Output<'accounts.deletion'> => ({
  confirmation: 'ada@example.com',
  returnedMillis: 10_000,
  lostMillis: 95_000,
  numbers: [{ id: 'num_1', number: '+14155550100', display: '+1 415 555 0100', released: true }],
  sources: 2,
  underWay: false,
  ...given,
});
const purchase = {
  purchaseId: 'pur_1',
  name: '100 credits',
  credits: 100_000,
  priceCents: 4000,
  returnedCents: 1500,
  currency: 'EUR' as const,
  state: 'part_refunded' as const,
  createdAt: '2026-11-03T10:14:00.000Z',
  receipt: true,
};
const answers = { 'bootstrap.read': signedIn(), 'accounts.read': account(), 'sessions.list': { sessions: [] } };
const shadow = ({ element }: Page<WlAccount>) => element.shadowRoot!;
const field = (page: Page<WlAccount>, name: string) => shadow(page).querySelector<HTMLInputElement>(`[name="${name}"]`)!;

async function turns(page: Page<WlAccount>, count = 4): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await settled(page.element);
}

async function type(page: Page<WlAccount>, name: string, text: string): Promise<void> {
  field(page, name).focus();
  field(page, name).value = '';
  await sendKeys({ type: text });
}

/** The code and the sentence by which an element gives no token. */
const refusedBy = ({ element }: Page<WlAccount>) =>
  element.linkToken().then(
    () => undefined,
    ({ code, message }: Refused) => [code, message],
  );

describe('<wl-account>', () => {
  afterEach(close);

  it('accounts.update S14 MT23: the profile is changed, a cleared field is null, and it says so', async () => {
    const saved = account({ firstName: 'Grace', profile: { ...account().profile, city: null, company: 'Navy' } });
    const page = await open<WlAccount>(markup(), { ...answers, 'accounts.update': saved });
    await turns(page);
    expect(field(page, 'firstName').value).to.equal('Ada');
    await expect(page.element).to.be.accessible();
    await type(page, 'firstName', 'Grace');
    field(page, 'profile.city').value = '';
    await type(page, 'profile.company', 'Navy');
    await sendKeys({ press: 'Enter' });
    await turns(page);
    const sent = { firstName: 'Grace', lastName: 'Lovelace', profile: { city: null, company: 'Navy' } };
    expect(page.network.named('accounts.update').map(({ input }) => input)).to.deep.equal([sent]);
    expect(page.text('said')).to.equal('Saved.');
    expect(field(page, 'profile.company').value).to.equal('Navy');
    expect(page.kit.account?.firstName).to.equal('Grace');
  });

  it('accounts.update MT23: what is refused stands at its field, which has the keyboard', async () => {
    const fields = [{ param: 'profile.city', code: 'input.invalid' as const, message: 'At most 120.' }];
    const page = await open<WlAccount>(markup(), { ...answers, 'accounts.update': { status: 422, code: 'input.invalid', fields } });
    await turns(page);
    await type(page, 'firstName', 'Grace');
    await sendKeys({ press: 'Enter' });
    await turns(page);
    expect(shadow(page).activeElement).to.equal(field(page, 'profile.city'));
    expect(words(shadow(page).querySelector('[role=alert]'))).to.equal('At most 120.');
    expect(field(page, 'firstName').value).to.equal('Grace');
  });

  it('accounts.update MT23: a notice is turned off at once, and it says which mails are always sent', async () => {
    const page = await open<WlAccount>(markup(), {
      ...answers,
      'accounts.update': account({ notices: { rentDue: false, lowCredits: true } }),
    });
    await turns(page);
    expect(words(shadow(page).querySelector('section'))).to.contain('E-mails about security, payments and your numbers are always sent.');
    page.part('notice').click();
    await turns(page);
    expect(page.network.named('accounts.update').map(({ input }) => input)).to.deep.equal([{ notices: { rentDue: false } }]);
    const boxes = [...shadow(page).querySelectorAll<HTMLInputElement>('[part=notice]')];
    expect(boxes.map((box) => box.checked)).to.deep.equal([false, true]);
    boxes[1]!.click();
    await turns(page);
    expect(page.network.named('accounts.update').at(-1)!.input).to.deep.equal({ notices: { lowCredits: false } });
  });

  it('accounts.changeEmail MT23: a new address waits for its link, and the present one can be kept', async () => {
    const page = await open<WlAccount>(markup('security'), {
      ...answers,
      'accounts.changeEmail': { newEmail: 'new@example.com' },
      'accounts.keepEmail': {},
    });
    await turns(page);
    await expect(page.element).to.be.accessible();
    shadow(page).querySelector<HTMLElement>('#open-email')!.click();
    await turns(page);
    expect(shadow(page).activeElement).to.equal(field(page, 'email'));
    await sendKeys({ type: 'new@example.com' });
    await type(page, 'password', 'Sunny-day-42');
    await sendKeys({ press: 'Enter' });
    await turns(page);
    const [{ input } = { input: {} }] = page.network.named('accounts.changeEmail');
    expect(input).to.include({ email: 'new@example.com', password: 'Sunny-day-42' });
    expect(page.text('email')).to.contain('We sent a link to new@example.com.');
    expect(field(page, 'email')).to.equal(null);
    shadow(page).querySelector<HTMLElement>('[part=email] .notice button')!.click();
    await turns(page);
    expect(page.text('email')).not.to.contain('new@example.com');
    expect(page.network.named('accounts.keepEmail')).to.have.length(1);
  });

  it('accounts.changeEmail MT23: without a password none is asked for, and a sign-in that is too old says so', async () => {
    const tooOld = { status: 403, code: 'sign_in.too_old', message: 'Sign in again.', param: 'password' };
    const page = await open<WlAccount>(markup('security'), {
      ...answers,
      'accounts.read': account({ signIn: { password: false, externalId: 'user-7' } }),
      'accounts.changeEmail': tooOld,
    });
    await turns(page);
    shadow(page).querySelector<HTMLElement>('#open-email')!.click();
    await turns(page);
    expect(field(page, 'password')).to.equal(null);
    await type(page, 'email', 'new@example.com');
    await sendKeys({ press: 'Enter' });
    await turns(page);
    expect(page.network.named('accounts.changeEmail').map(({ input }) => Object.keys(input).sort())).to.deep.equal([
      ['email', 'returnUrl'],
    ]);
    expect(page.text('email')).to.contain('Sign in again.');
    shadow(page).querySelector<HTMLElement>('#form-email button[type=button]')!.click();
    await turns(page);
    expect(field(page, 'email')).to.equal(null);
    expect(shadow(page).activeElement?.id).to.equal('open-email');
    expect(page.text('email')).not.to.contain('Sign in again.');
  });

  it('accounts.linkToken MT25: the token is handed to the page, and a refusal is an error in the words of the page', async () => {
    const page = await open<WlAccount>(
      markup(),
      { ...answers, 'accounts.linkToken': { token: 'eyJ.link' } },
      { strings: { 'sign_in.too_old': 'Sign in afresh.' } },
    );
    await turns(page);
    expect(await page.element.linkToken()).to.equal('eyJ.link');
    page.network.answers['accounts.linkToken'] = { status: 403, code: 'sign_in.too_old' };
    expect(await refusedBy(page)).to.deep.equal(['sign_in.too_old', 'Sign in afresh.']);
    page.network.answers['accounts.linkToken'] = 'offline';
    expect(await refusedBy(page)).to.deep.equal(['network', 'There is no connection at the moment.']);
  });

  it('accounts.linkToken MT25: nobody signed in is a refusal of its own, and asks nobody', async () => {
    const page = await open<WlAccount>(markup());
    await turns(page);
    expect(await refusedBy(page)).to.deep.equal(['session.missing', 'Sign in to connect your account.']);
    expect(page.network.named('accounts.linkToken')).to.deep.equal([]);
  });

  it('accounts.verifyEmail MT23: a mailed link says what came of it, unless the page has the sign-up to say so', async () => {
    history.replaceState(null, '', '#wl-verify=token.1');
    const confirmed = { email: 'new@example.com', grantedMillis: 0 };
    const page = await open<WlAccount>(markup(), { ...answers, 'accounts.verifyEmail': confirmed });
    const said = new BroadcastChannel(`wl:${page.kit.key}`);
    await turns(page);
    expect(shadow(page).querySelector('[role=status]')!.textContent).to.contain('is confirmed.');
    page.root.append(document.createElement('wl-signup'));
    page.kit.changed();
    await turns(page);
    expect(shadow(page).textContent).not.to.contain('is confirmed.');
    history.replaceState(null, '', '#wl-verify=token.2');
    const heard = new Promise((resolve) => said.addEventListener('message', ({ data }) => resolve(data)));
    await page.kit.load();
    expect(await heard).to.equal('email-confirmed');
    said.close();
  });

  it('accounts.sendVerification MT23: an address that waits for its link gets another', async () => {
    const waiting = { ...answers, 'accounts.read': account({ emailVerified: false }), 'accounts.sendVerification': {} };
    const page = await open<WlAccount>(markup('security'), waiting);
    await turns(page);
    page.part('resend').click();
    await turns(page);
    expect(page.text('email')).to.contain('Link sent. Check your inbox.');
    expect(page.network.named('accounts.sendVerification')).to.have.length(1);
    await expect(page.element).to.be.accessible();
  });

  it('accounts.changePassword MT23: a wrong one is said at its field; a new one, and who was signed out', async () => {
    const wrong = { status: 422, code: 'password.wrong', param: 'currentPassword', message: 'Wrong.' };
    const page = await open<WlAccount>(markup('security'), { ...answers, 'accounts.changePassword': wrong });
    await turns(page);
    shadow(page).querySelector<HTMLElement>('#open-password')!.click();
    await turns(page);
    const fill = async () => {
      await type(page, 'currentPassword', 'Cloudy-day-1');
      await type(page, 'password', 'Rainy-day-43');
      await type(page, 'passwordConfirmation', 'Rainy-day-43');
      await sendKeys({ press: 'Enter' });
      await turns(page);
    };
    await fill();
    expect(shadow(page).activeElement).to.equal(field(page, 'currentPassword'));
    expect(page.kit.account).not.to.equal(null);
    // A second try with the same password would count as a second guess.
    expect(page.network.named('accounts.changePassword')).to.have.length(1);
    expect(page.network.named('sessions.list')).to.have.length(1);
    page.network.answers['accounts.changePassword'] = { ended: 2 };
    await fill();
    expect(page.text('password')).to.contain('2 devices were signed out.');
    expect(field(page, 'currentPassword')).to.equal(null);
    // The list below no longer has the sessions that were ended.
    expect(page.network.named('sessions.list')).to.have.length(2);
  });

  it('accounts.requestReset MT25: a member without a password asks for its first one, if its address is confirmed', async () => {
    const signIn = { password: false, externalId: 'user-7' };
    const page = await open<WlAccount>(markup('security'), {
      ...answers,
      'accounts.read': account({ signIn }),
      'accounts.requestReset': {},
    });
    await turns(page);
    expect(shadow(page).querySelector('#open-password')).to.equal(null);
    expect(words(page.part('first-password'))).to.equal('Set a password');
    expect(words(shadow(page).querySelector('section'))).to.contain('Northwind account Signs you in when you are signed in at Northwind.');
    page.part('first-password').click();
    await turns(page);
    const asked = page.network.named('accounts.requestReset').map(({ input }) => (input as { email: string }).email);
    expect(asked).to.deep.equal(['ada@example.com']);
    expect(page.text('password')).to.contain('We sent you a link to choose a password.');
    await expect(page.element).to.be.accessible();
    page.network.answers['accounts.read'] = account({ signIn, emailVerified: false });
    await page.kit.load();
    await turns(page);
    expect(shadow(page).querySelector('[part="first-password"]')).to.equal(null);
  });

  it('accounts.reset MT25: the link to a password opens its form, on pages without a sign-up as well', async () => {
    history.replaceState(null, '', '#wl-reset=token.1');
    const page = await open<WlAccount>(markup(), { ...answers, 'accounts.reset': {} });
    await turns(page);
    const form = () => shadow(page).querySelector('wl-signup');
    expect(form()).not.to.equal(null);
    page.root.append(document.createElement('wl-signup'));
    page.kit.changed();
    await turns(page);
    expect(form()).to.equal(null);
  });

  it('accounts.delete MT23: it says first what is lost, asks for the typed address, and signs out', async () => {
    const page = await open<WlAccount>(markup('security'), {
      ...answers,
      'accounts.deletion': losses({ openPages: 1 }),
      'accounts.delete': {},
    });
    rememberVisit(page.kit.key, true);
    const otherTab = new BroadcastChannel(`wl:${page.kit.key}`);
    const heard = new Promise((resolve) => otherTab.addEventListener('message', ({ data }) => resolve(data)));
    await turns(page);
    page.part('delete').click();
    await turns(page);
    for (const sentence of [
      '95 unused credits will be lost.',
      '10 free credits will go back to Northwind.',
      '+1 415 555 0100 will be released',
      '2 knowledge sources will be deleted.',
      '1 open payment page will be closed without a payment.',
      'Your profile will be erased, and all your devices signed out.',
    ])
      expect(page.text('losses')).to.contain(sentence);
    await expect(page.element).to.be.accessible();
    page.part('confirm-delete').click();
    await turns(page);
    expect(page.network.named('accounts.delete')).to.have.length(0);
    await type(page, 'confirmation', 'ada@example.com');
    await type(page, 'password', 'Sunny-day-42');
    await sendKeys({ press: 'Enter' });
    await turns(page);
    const input = { confirmation: 'ada@example.com', password: 'Sunny-day-42', lostMillis: 95_000, numbers: 1 };
    expect(page.network.named('accounts.delete').map(({ input: sent }) => sent)).to.deep.equal([input]);
    expect(page.kit.account).to.equal(null);
    expect(page.text('signed-out')).to.equal('Sign in to see your account.');
    expect(page.text('said')).to.contain('Your account was deleted.');
    expect(await heard).to.equal('signed-out');
    otherTab.close();
    expect(wasHere(page.kit.key), 'the page begins with the sign-up').to.equal(false);
    page.kit.meet(signedIn().account, null);
    await turns(page);
    await page.kit.leave();
    await turns(page);
    expect(words(shadow(page).querySelector('.frame'))).not.to.contain('Your account was deleted.');
  });

  it('accounts.delete MT23: nothing is confirmed while something is under way, and a number of its own stays', async () => {
    const numbers = [{ id: 'num_1', number: '+14155550100', released: false }];
    const underWay = losses({ returnedMillis: 0, lostMillis: 0, numbers, sources: 0, underWay: true });
    const page = await open<WlAccount>(markup('security'), { ...answers, 'accounts.deletion': underWay, 'accounts.delete': {} });
    await turns(page);
    page.part('delete').click();
    await turns(page);
    const lines = [...page.part('losses').querySelectorAll('li')].map((line) => words(line));
    expect(lines).to.deep.equal([
      '+14155550100 will be disconnected. The number stays yours.',
      'Your profile will be erased, and all your devices signed out.',
    ]);
    const form = shadow(page).querySelector('#form-delete')!;
    expect(words(form)).to.contain('A call, an order or a payment is still in progress. Try again when it has ended.');
    for (const asked of ['[part=confirm-delete]', 'input']) expect(form.querySelector(asked), asked).to.equal(null);
    await expect(page.element).to.be.accessible();
    form.querySelector('button')!.click();
    await turns(page);
    expect(shadow(page).querySelector('#form-delete')).to.equal(null);
    expect(shadow(page).activeElement?.id).to.equal('open-delete');
  });

  it('accounts.delete SX45: an account without an address is deleted by what the API names, and waits for no mail', async () => {
    const page = await open<WlAccount>(markup('security'), {
      ...answers,
      'accounts.read': account({ email: '', emailVerified: false, newEmail: 'own@example.com' }),
      'accounts.deletion': losses({ confirmation: 'Ada Lovelace' }),
    });
    await turns(page);
    expect(page.part('resend')).to.equal(null);
    expect(words(shadow(page).querySelector('[part=email] .muted'))).to.equal('None');
    expect(words(shadow(page).querySelector('[part=email] .notice button'))).to.equal('Cancel');
    page.part('delete').click();
    await turns(page);
    expect(words(field(page, 'confirmation').closest('label'))).to.equal('Type Ada Lovelace to confirm');
    page.part('confirm-delete').click();
    await turns(page);
    expect(words(shadow(page).querySelector('#delete-confirmation'))).to.equal('Type Ada Lovelace to confirm.');
  });

  it('accounts.delete MT23: where more would be lost by now, that is shown and asked again', async () => {
    const changed = { status: 409, code: 'deletion.changed', message: 'Look again.' };
    const page = await open<WlAccount>(markup('security'), { ...answers, 'accounts.deletion': losses(), 'accounts.delete': changed });
    await turns(page);
    page.part('delete').click();
    await turns(page);
    page.network.answers['accounts.deletion'] = losses({ lostMillis: 195_000 });
    await type(page, 'confirmation', 'ada@example.com');
    await type(page, 'password', 'Sunny-day-42');
    await sendKeys({ press: 'Enter' });
    await turns(page, 6);
    expect(page.text('losses')).to.contain('195 unused credits will be lost.');
    expect(page.text('error')).to.contain('Look again.');
  });

  it('receipts.read P14: purchases show price and refund, and a receipt arrives as a file', async () => {
    const receipt = { number: '000001', issuedAt: purchase.createdAt, fileName: 'receipt-000001.pdf', pdf: btoa('%PDF-1.4') };
    const list = { purchases: [purchase], next: null };
    const page = await open<WlAccount>(markup('purchases'), { ...answers, 'purchases.list': list, 'receipts.read': receipt });
    await turns(page);
    expect(page.text('purchase')).to.equal('100 credits Nov 3, 2026 · Partially refunded €40 €15 refunded Receipt');
    await expect(page.element).to.be.accessible();
    const files: string[] = [];
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
      files.push(this.download);
    };
    page.part('receipt').click();
    await turns(page);
    HTMLAnchorElement.prototype.click = click;
    expect(files).to.deep.equal(['receipt-000001.pdf']);
    const unpaid = { ...purchase, purchaseId: 'pur_2', state: 'open' as const, returnedCents: 0, receipt: false };
    page.network.answers['purchases.list'] = { purchases: [unpaid], next: null };
    page.kit.update(balance({ seq: 9 }));
    await turns(page);
    expect(page.text('purchase'), 'read anew when credits come, and without a receipt no button').to.equal(
      '100 credits Nov 3, 2026 · Awaiting payment €40',
    );
  });

  it('purchases.list P14: nothing bought, a failure and its way out, and older pages', async () => {
    const page = await open<WlAccount>(markup('purchases'), {
      ...answers,
      'purchases.list': { status: 500, code: 'internal', message: 'No.' },
    });
    await turns(page);
    expect(page.text('error')).to.match(/^No\. Try again$/);
    page.network.answers['purchases.list'] = { purchases: [purchase], next: 'pur_1' };
    page.part('retry').click();
    await turns(page, 6);
    page.network.answers['purchases.list'] = { purchases: [{ ...purchase, purchaseId: 'pur_0' }], next: null };
    page.part('older').click();
    await turns(page);
    expect(shadow(page).querySelectorAll('[part=purchase]')).to.have.length(2);
    expect(page.part('older')).to.equal(null);
  });

  it('accounts.read MT23: keeps the room while it loads, says what is wrong, and who may only look reads so', async () => {
    const loading = await open<WlAccount>(markup(), { ...answers, 'accounts.read': 'never' });
    expect(shadow(loading).querySelectorAll('.bone').length).to.be.greaterThan(0);
    const failing = await open<WlAccount>(markup(), { ...answers, 'accounts.read': { status: 500, code: 'internal', message: 'No.' } });
    await turns(failing);
    expect(failing.text('error')).to.match(/^No\. Try again$/);
    failing.network.answers['accounts.read'] = account();
    failing.part('retry').click();
    await turns(failing, 6);
    expect(field(failing, 'firstName').value).to.equal('Ada');
    const session = { token: tokenFor('balance:read'), expiresInSeconds: 900 };
    const looking = await open<WlAccount>(markup(), { ...answers, 'bootstrap.read': signedIn({ session }) });
    await turns(looking);
    expect(words(shadow(looking).querySelector('.frame'))).to.equal('Account You have view-only access.');
    expect(looking.network.named('accounts.read')).to.deep.equal([]);
  });

  it('accounts.read MT23: nothing of a member who has left is shown to the next one', async () => {
    const page = await open<WlAccount>(markup('purchases'), { ...answers, 'purchases.list': { purchases: [purchase], next: null } });
    await turns(page);
    expect(page.text('purchase')).to.contain('100 credits');
    page.network.answers['accounts.read'] = 'never';
    page.network.answers['purchases.list'] = 'never';
    page.kit.meet({ ...signedIn().account!, memberId: 'mem_2', firstName: 'Bea' }, balance({ seq: 5 }));
    await turns(page);
    expect({ purchase: page.part('purchase'), tabs: shadow(page).querySelector('[role=tab]') }).to.deep.equal({
      purchase: null,
      tabs: null,
    });
    expect(shadow(page).querySelectorAll('.bone').length).to.be.greaterThan(0);
  });

  it('accounts.update MT23: an answer that comes for a member who has left is not shown to the next one', async () => {
    const next = { ...signedIn().account!, memberId: 'mem_2', firstName: 'Bea', lastName: 'Byron' };
    const page = await open<WlAccount>(markup(), {
      ...answers,
      'accounts.update': () => {
        page.network.answers['accounts.read'] = account({ memberId: 'mem_2', firstName: 'Bea', lastName: 'Byron' });
        page.kit.meet(next, null);
        return account({ firstName: 'Grace' });
      },
    });
    await turns(page);
    await type(page, 'firstName', 'Grace');
    await sendKeys({ press: 'Enter' });
    await turns(page, 6);
    expect({ shown: field(page, 'firstName').value, said: page.text('said'), greeted: page.kit.account }).to.deep.equal({
      shown: 'Bea',
      said: '',
      greeted: next,
    });
  });

  it('accounts.read MT23: at 320 px nothing overflows, and the arrow keys move between the sections', async () => {
    await setViewport({ width: 320, height: 800 });
    const page = await open<WlAccount>(markup(), { ...answers, 'purchases.list': { purchases: [purchase], next: null } });
    await turns(page);
    shadow(page).querySelector<HTMLElement>('#way-profile')!.focus();
    for (const way of ['security', 'purchases']) {
      await sendKeys({ press: 'ArrowRight' });
      await turns(page);
      expect(shadow(page).activeElement?.id).to.equal(`way-${way}`);
      expect(page.element.scrollWidth).to.be.at.most(page.element.clientWidth);
    }
    await setViewport({ width: 1200, height: 800 });
  });
});
