import { expect, oneEvent } from '@open-wc/testing';
import { bootstrap, signedIn, tokenFor } from './support/answers.ts';
import { found, number } from './support/numbers.ts';
import { all, button, click, show, type } from './support/numbers-page.ts';
import { close, settled, words } from './support/page.ts';
import { entitlements, order, plan } from './support/plans.ts';

describe('<wl-number-purchase>', () => {
  afterEach(close);

  it('numbers.search N2 N3: what was asked for is searched, and found numbers stand with the price of the plan alone', async () => {
    const page = await show({ 'numbers.search': { numbers: [found(), found({ number: '+14155550101', taken: true })] } });
    await expect(page.element).to.be.accessible();
    await type(page, { areaCode: '415' });
    all<HTMLInputElement>(page, '[name=voice]')[0]!.checked = true;
    await click(page, 'Search');
    expect(page.network.named('numbers.search')[0]?.input).to.include({ country: 'US', type: 'local', areaCode: '415', voice: 'true' });
    const [first, second] = all(page, '[part=result]').map(words);
    expect(first).to.equal('+1 415 555 0100 San Francisco, CA · Calls, Text messages 3 credits now, 2 a month Choose');
    expect(second).to.contain('Just taken');
    await expect(page.element).to.be.accessible();
  });

  it('numbers.list N1: a number stands as the API writes it for people, of whatever country', async () => {
    const british = { number: '+447700900123', display: '+44 7700 900123' };
    const page = await show({ 'numbers.list': { numbers: [number(british)] }, 'numbers.search': { numbers: [found(british)] } });
    expect(page.text('number')).to.contain('+44 7700 900123');
    await click(page, 'Search');
    expect(page.text('result')).to.contain('+44 7700 900123');
    expect(button(page, 'Choose')?.ariaLabel).to.equal('Choose +44 7700 900123');
  });

  it('numbers.search N8: papers that a country asks for are told before a number is chosen', async () => {
    const page = await show();
    const country = all<HTMLSelectElement>(page, '[name=country]')[0]!;
    country.value = 'GB';
    country.dispatchEvent(new Event('change'));
    await settled(page.element);
    expect(page.text('needs')).to.equal('Papers needed This country asks for papers before a number is sold.');
  });

  it('numbers.buy L1 N4: a chosen number is kept, its price stands in full, and credits pay it', async () => {
    const reservation = { reservationId: 'rsv_1', number: '+14155550100', expiresInSeconds: 900, offer: found() };
    const page = await show({
      'numbers.search': { numbers: [found()] },
      'numbers.reserve': reservation,
      'numbers.buy': order({ kind: 'number', name: 'Phone number +1 415 555 0100', subjectId: 'num_1' }),
    });
    await click(page, 'Search');
    await click(page, 'Choose');
    expect(page.text('offer')).to.contain('Kept for you for 15 min.');
    expect(page.text('offer')).to.contain('Setup and first month3 credits (€1.20)');
    await expect(page.element).to.be.accessible();
    await type(page, { label: 'Front desk' });
    page.network.answers['numbers.list'] = { numbers: [number()] };
    const told = oneEvent(page.root, 'wl-number-bought');
    await click(page, 'Pay 3 credits');
    for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    expect(page.network.named('numbers.buy')[0]?.input).to.include({ reservationId: 'rsv_1', pay: 'credits', label: 'Front desk' });
    expect(page.text('status-heading')).to.equal('+1 415 555 0100 is yours');
    expect((await told).detail).to.include({ numberId: 'num_1', number: '+14155550100' });
    expect(all(page, '[part=number]').map(words)[0]).to.contain('2 credits a month · paid until Feb 5, 2026 Active');
  });

  it('numbers.reserve N6: a number that was just taken says so, and the others stay', async () => {
    const page = await show({
      'numbers.search': { numbers: [found(), found({ number: '+14155550101' })] },
      'numbers.reserve': { status: 409, code: 'number.taken', message: 'This number was just taken. Please choose another.' },
    });
    await click(page, 'Search');
    await click(page, 'Choose');
    const results = all(page, '[part=result]').map(words);
    expect(results[0]).to.contain('Just taken');
    expect(results[1]).to.contain('Choose');
    expect(page.text('found')).to.contain('Please choose another.');
  });

  it('numbers.release N10: only its last four digits release a number', async () => {
    const page = await show({
      'numbers.list': { numbers: [number()] },
      'numbers.release': { status: 422, code: 'number.digits_wrong', message: 'These are not the last four digits.', param: 'lastDigits' },
    });
    await click(page, 'Release');
    expect(page.network.named('numbers.release').length).to.equal(0);
    await type(page, { lastDigits: '9999' });
    await click(page, 'Release for good');
    expect(all(page, '[role=alert]').map(words)).to.include('These are not the last four digits.');
    page.network.answers['numbers.release'] = number({ state: 'released' });
    await click(page, 'Release for good');
    expect(page.text('empty')).to.equal('You have no phone number yet.');
  });

  it('numbers.list N9: what is overdue is an alert that says until when and how much', async () => {
    const late = number({ state: 'past_due', monthlyMillis: 0, overdueMillis: 5000, graceUntil: '2026-02-12T10:00:00.000Z' });
    const page = await show({ 'numbers.list': { numbers: [late] } });
    expect(all(page, '[role=alert]').map(words)[0]).to.contain('Without 5 credits by Feb 12, 2026');
    await expect(page.element).to.be.accessible();
  });

  it('numbers.reserve L3: at the limit of the plan the sentence comes with the way to a larger one', async () => {
    const page = await show({
      'numbers.search': { numbers: [found()] },
      'numbers.reserve': { status: 403, code: 'plan.limit', message: 'Your plan allows 1 number. Choose a larger plan for more.' },
      'plans.list': { plans: [plan({ current: true }), plan({ id: 'pln_pro', name: 'Pro' })] },
      'entitlements.read': entitlements(),
    });
    await click(page, 'Search');
    await click(page, 'Choose');
    expect(page.text('found')).to.contain('Your plan allows 1 number.');
    const way = page.part('upgrade') as HTMLElement & { open(): Promise<void> };
    await customElements.whenDefined('wl-open');
    await way.open();
    for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    expect(way.querySelector('wl-plans')?.shadowRoot?.textContent).to.contain('Choose Pro');
  });

  it('numbers.reserve T14: a page says an error in its own words, with what the error was filled with', async () => {
    const values = { limit: 'numbers', most: 1 };
    const message = 'Your plan allows 1 number. Choose a larger plan for more.';
    const page = await show({
      'numbers.search': { numbers: [found()] },
      'numbers.reserve': { status: 403, code: 'plan.limit', message, values },
    });
    page.element.strings = { 'plan.limit': 'Im Tarif: {most Nummern|one: Nummer}.' };
    await click(page, 'Search');
    await click(page, 'Choose');
    expect(page.text('error')).to.contain('Im Tarif: 1 Nummer.');
  });

  it('numbers.list T8 E12: read-only clients get no actions, signed-out ones a hint, refusals a way out', async () => {
    const session = { token: tokenFor('balance:read numbers:read'), expiresInSeconds: 900 };
    const reader = await show({ 'bootstrap.read': signedIn({ session }), 'numbers.list': { numbers: [number()] } });
    expect(all(reader, 'button').length).to.equal(0);
    const out = await show({ 'bootstrap.read': bootstrap() });
    expect(out.text('empty')).to.equal('Sign in to see and buy phone numbers.');
    const failed = await show({ 'numbers.list': { status: 500, code: 'internal' } });
    failed.network.answers['numbers.list'] = { numbers: [number()] };
    failed.part('retry').click();
    for (let turn = 0; turn < 4; turn += 1) await settled(failed.element);
    expect(all(failed, '[part=number]').length).to.equal(1);
  });
});
