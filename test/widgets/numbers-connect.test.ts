import { expect } from '@open-wc/testing';
import { number } from './support/numbers.ts';
import { all, click, show, type } from './support/numbers-page.ts';
import { close, words } from './support/page.ts';

describe('<wl-number-purchase>, numbers of the client’s own', () => {
  afterEach(close);

  it("numbers.connect N13: the client's own number waits for its code, and a wrong one says so at the field", async () => {
    const waiting = number({ way: 'manual', state: 'pending_verification', callerId: false, monthlyMillis: 0, paidUntil: null });
    const page = await show({
      'numbers.connect': waiting,
      'numbers.verify': { status: 422, code: 'number.code_wrong', message: 'This code is not right.', param: 'code' },
    });
    await click(page, 'Your own number');
    await type(page, { number: '+49 30 123456' });
    await click(page, 'Send the code');
    expect(all(page, '[part=number]').map(words)[0]).to.contain('To be confirmed');
    await type(page, { code: '000000' });
    await click(page, 'Confirm');
    expect(all(page, '[role=alert]').map(words)).to.include('This code is not right.');
    await expect(page.element).to.be.accessible();
    page.network.answers['numbers.verify'] = number({ way: 'manual' });
    await type(page, { code: '123456' });
    await click(page, 'Confirm');
    expect(page.text('state')).to.equal('Active');
  });

  it('numbers.connectTrunk N11: each field says what is wrong with it, and the test of a trunk is told in words', async () => {
    const fields = [
      { param: 'terminationUri', code: 'trunk.uri_invalid', message: 'Give the host name of the trunk.' },
      { param: 'number', code: 'number.invalid', message: 'There is no such phone number.' },
    ];
    const page = await show({ 'numbers.connectTrunk': { status: 422, code: 'input.invalid', fields } });
    await click(page, 'SIP trunk');
    await type(page, { number: '12', terminationUri: '!', password: 'x' });
    await click(page, 'Connect the trunk');
    expect(all(page, '[part=connect] [role=alert]').map(words)).to.have.members(fields.map(({ message }) => message));
    await expect(page.element).to.be.accessible();
    const trunk = { terminationUri: 'sip.example.com', username: 'u', password: { set: true, last4: null }, transport: 'tcp' } as const;
    page.network.answers['numbers.connectTrunk'] = number({ way: 'sip', trunk, monthlyMillis: 0, paidUntil: null });
    page.network.answers['numbers.testTrunk'] = { result: 'unauthorized', status: 401, message: 'The trunk does not accept the password.' };
    await click(page, 'Connect the trunk');
    await click(page, 'Test the trunk');
    expect(page.text('trial')).to.equal('The trunk does not accept the password.');
  });

  it('numbers.release MT11: a number says who answers it, and only one that is gone then is called gone', async () => {
    const agents = [{ id: 'agt_1', name: 'Front desk', version: null, numberIds: [], sourceIds: [] }];
    const numbers = [
      number(),
      number({ id: 'num_2', way: 'manual', answeredBy: 'elsewhere' }),
      number({ id: 'num_3', agentId: 'agt_1', answeredBy: 'soon' }),
    ];
    const page = await show({ 'agents.list': { agents }, 'numbers.list': { numbers } });
    const said = (at: number) => words(all(page, '[part=number]')[at]!);
    expect(said(0)).to.contain('Nobody answers it yet. Choose who does.');
    expect(said(1)).not.to.contain('answers it');
    expect(said(2)).to.contain('Its calls are being led there.');
    await click(page, 'Release');
    expect(said(0)).to.contain('A released number is gone for good.');
    await click(page, 'Cancel');
    await click(page, 'Remove');
    expect(said(1)).to.contain('The number stays yours.').and.not.to.contain('gone for good');
  });

  it('numbers.import N12: numbers of the own account are chosen and added', async () => {
    const entry = (one: string) => ({
      number: one,
      display: one,
      label: null,
      country: 'US',
      capabilities: number().capabilities,
      imported: false,
    });
    const warning = { code: 'account.trial', message: 'This account is a trial.' };
    const account = { accountSid: `AC${'0'.repeat(32)}`, warning, numbers: ['+14155550111', '+14155550112', '+14155550113'].map(entry) };
    const page = await show({ 'numbers.connectAccount': account, 'numbers.import': { numbers: [] } });
    await click(page, 'Twilio account');
    await type(page, { accountSid: account.accountSid, authToken: 'a'.repeat(32) });
    await click(page, 'Connect and list numbers');
    all<HTMLInputElement>(page, '[name=number]')[1]!.checked = false;
    await click(page, 'Add the chosen numbers');
    expect(page.network.named('numbers.import')[0]?.input).to.eql({ numbers: ['+14155550111', '+14155550113'] });
  });
});
