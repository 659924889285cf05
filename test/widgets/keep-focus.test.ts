import { expect, html } from '@open-wc/testing';
import type { TemplateResult } from 'lit';
import type { WlElement } from '../../widgets/ui/element.ts';
import '../../widgets/elements/knowledge-upload/knowledge-upload.ts';
import '../../widgets/elements/number-purchase/number-purchase.ts';
import '../../widgets/elements/plans/plans.ts';
import { signedIn } from './support/answers.ts';
import { list, source } from './support/knowledge.ts';
import { found, number, offer } from './support/numbers.ts';
import { close, open, settled, words } from './support/page.ts';
import { entitlements, order, plan } from './support/plans.ts';

/** An element, and a person who presses its buttons by the keyboard. */
async function show(markup: TemplateResult, answers: Parameters<typeof open>[1]) {
  const page = await open<WlElement>(markup, { 'bootstrap.read': signedIn(), 'agents.list': { agents: [] }, ...answers });
  const wait = async () => {
    for (let turn = 0; turn < 5; turn += 1) await settled(page.element);
  };
  const focused = () => page.element.shadowRoot!.activeElement;
  const press = async (text: string) => {
    const button = [...page.element.shadowRoot!.querySelectorAll('button')].find((one) => words(one).startsWith(text));
    button!.focus();
    button!.click();
    await wait();
  };
  await wait();
  return { ...page, focused, press };
}

describe('where a step takes away what had the focus', () => {
  afterEach(close);

  it('numbers.buy H11: focus goes to the chosen number, to its outcome, and back after a step back', async () => {
    const { focused, press, network, kit, element } = await show(html`<wl-number-purchase></wl-number-purchase>`, {
      'numbers.offer': offer(),
      'numbers.list': { numbers: [number()] },
      'numbers.search': { numbers: [found()] },
      'numbers.reserve': { reservationId: 'rsv_1', number: '+14155550100', expiresInSeconds: 900, offer: found() },
      'numbers.buy': order({ kind: 'number', name: '+14155550100', subjectId: 'num_1' }),
    });
    for (const [step, reached] of [
      ['Search', 'Search'],
      ['Choose', '+1 415 555 0100'],
      ['Back', 'Buy a number'],
      ['Release', 'Release'],
      ['Cancel', 'Release'],
      ['Choose', '+1 415 555 0100'],
      ['Pay 3 credits', '+1 415 555 0100 is yours'],
    ] as const) {
      await press(step);
      expect(words(focused()), step).to.equal(reached);
    }
    (focused() as HTMLElement).blur();
    network.answers['numbers.list'] = { numbers: [] };
    kit.changed();
    await settled(element);
    expect(focused(), 'who is elsewhere stays there').to.equal(null);
  });

  it('knowledge.remove H11: whoever keeps a source, or deletes one of several, goes on beside it', async () => {
    const second = source({ id: 'src_2', name: 'prices.pdf' });
    const { focused, press, network } = await show(html`<wl-knowledge-upload></wl-knowledge-upload>`, {
      'knowledge.list': list([source(), second]),
      'knowledge.remove': { removed: true },
    });
    await press('Delete');
    expect(focused()?.getAttribute('aria-expanded')).to.equal('true');
    await press('Keep it');
    expect(focused()?.getAttribute('aria-label')).to.equal('Delete handbook.pdf');
    await press('Delete');
    network.answers['knowledge.list'] = list([second]);
    await press('Delete now');
    expect(focused()?.getAttribute('aria-label')).to.equal('Delete prices.pdf');
  });

  it('plans.choose H11: it goes to the plan that was chosen, and to what became of the order', async () => {
    const pro = plan({ id: 'pln_pro', name: 'Pro', priceMillis: 5000, priceCents: 200 });
    const { focused, press } = await show(html`<wl-plans></wl-plans>`, {
      'plans.list': { plans: [plan({ current: true }), pro] },
      'entitlements.read': entitlements(),
      'plans.choose': order(),
    });
    await press('Choose Pro');
    expect(words(focused())).to.equal('Pro');
    await press('Pay 5 credits');
    expect(words(focused())).to.equal('You are on Pro now.');
  });
});
