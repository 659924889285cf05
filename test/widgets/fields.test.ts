import { expect, html } from '@open-wc/testing';
import type { WlKnowledgeUpload } from '../../widgets/elements/knowledge-upload/knowledge-upload.ts';
import '../../widgets/elements/knowledge-upload/knowledge-upload.ts';
import { signedIn } from './support/answers.ts';
import { list } from './support/knowledge.ts';
import { number } from './support/numbers.ts';
import { all, click, show, type } from './support/numbers-page.ts';
import { close, open, settled, words } from './support/page.ts';

type Shown = { element: { shadowRoot: ShadowRoot | null } };
const alerts = ({ element }: Shown) => [...element.shadowRoot!.querySelectorAll('[role=alert]')].map(words);
const focused = ({ element }: Shown) => element.shadowRoot!.activeElement?.getAttribute('name');

describe('a form with an empty field', () => {
  afterEach(close);

  it('numbers.connectTrunk N11: says at each what to enter, has the focus on the first, and asks nobody', async () => {
    const page = await show();
    await click(page, 'SIP trunk');
    await click(page, 'Connect the trunk');
    expect(alerts(page)).to.eql(['Please enter your phone number.', 'Please enter the address of your trunk.']);
    expect(focused(page)).to.equal('number');
    await type(page, { number: ' +49 30 123456 ', terminationUri: '  ' });
    await click(page, 'Connect the trunk');
    expect(alerts(page)).to.eql(['Please enter the address of your trunk.']);
    expect(focused(page)).to.equal('terminationUri');
    expect(page.network.named('numbers.connectTrunk').length).to.equal(0);
    await expect(page.element).to.be.accessible();
    await click(page, 'Your own number');
    await click(page, 'SIP trunk');
    expect(alerts(page)).to.eql([], 'what was wrong is over');
  });

  it('numbers.verify numbers.release N10 N13: the same for a code and for the last digits, in the words of the page', async () => {
    const waiting = number({ state: 'pending_verification' });
    const page = await show({ 'numbers.list': { numbers: [waiting] } });
    page.element.strings = { 'numbers.code.missing': 'Bitte den Code eingeben.' };
    await settled(page.element);
    await click(page, 'Confirm');
    expect({ alerts: alerts(page), focused: focused(page) }).to.eql({ alerts: ['Bitte den Code eingeben.'], focused: 'code' });
    await click(page, 'Release');
    await click(page, 'Release for good');
    expect(alerts(page)).to.eql(['Please enter the last four digits.']);
    expect(focused(page)).to.equal('lastDigits');
    for (const operation of ['numbers.verify', 'numbers.release'] as const) expect(page.network.named(operation).length).to.equal(0);
  });

  it('numbers.connect N1: a field that the API refuses has the focus too', async () => {
    const page = await show({
      'numbers.connect': { status: 422, code: 'number.invalid', message: 'There is no such phone number.', param: 'number' },
    });
    await click(page, 'Your own number');
    await type(page, { number: '12' });
    await click(page, 'Send the code');
    expect({ alerts: alerts(page), focused: focused(page) }).to.eql({ alerts: ['There is no such phone number.'], focused: 'number' });
  });

  it('numbers.import N12: whoever chose no number is told to', async () => {
    const capabilities = { voice: true, sms: true, mms: true };
    const one = { number: '+14155550111', display: '+1 415 555 0111', label: null, country: 'US', capabilities, imported: false };
    const page = await show({ 'numbers.connectAccount': { accountSid: `AC${'0'.repeat(32)}`, warning: null, numbers: [one] } });
    await click(page, 'Twilio account');
    await click(page, 'Connect and list numbers');
    expect(alerts(page)).to.eql(['Please enter the SID of your account.', 'Please enter the auth token of your account.']);
    await type(page, { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a'.repeat(32) });
    await click(page, 'Connect and list numbers');
    all<HTMLInputElement>(page, '[name=number]')[0]!.checked = false;
    await click(page, 'Add the chosen numbers');
    expect(alerts(page)).to.eql(['Please choose a number.']);
    expect(page.network.named('numbers.import').length).to.equal(0);
  });

  it('knowledge.quote K1 K9: a text without a title and a page without an address say so, and nothing is quoted', async () => {
    const page = await open<WlKnowledgeUpload>(html`<wl-knowledge-upload></wl-knowledge-upload>`, {
      'bootstrap.read': signedIn(),
      'knowledge.list': list(),
      'agents.list': { agents: [] },
    });
    for (const [way, told, name] of [
      ['text', ['Please enter a title.', 'Please enter the text.'], 'name'],
      ['url', ['Please enter the address of a page.'], 'url'],
    ] as const) {
      page.element.shadowRoot!.querySelector<HTMLElement>(`#way-${way}`)!.click();
      await settled(page.element);
      page.element.shadowRoot!.querySelector('form')!.requestSubmit();
      await settled(page.element);
      expect({ alerts: alerts(page), focused: focused(page) }).to.eql({ alerts: told, focused: name });
      await expect(page.element).to.be.accessible();
    }
    expect(page.network.named('knowledge.quote').length).to.equal(0);
  });
});
