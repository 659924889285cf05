import { expect, html } from '@open-wc/testing';
import type { WlGate } from '../../widgets/elements/gate/gate.ts';
import type { WlSignup } from '../../widgets/elements/sign-up/sign-up.ts';
import '../../widgets/elements/gate/gate.ts';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import { explainRefusal } from '../../widgets/kit/developer.ts';
import { Refused } from '../../widgets/kit/refused.ts';
import { signedIn } from './support/answers.ts';
import { listenToConsole } from './support/console.ts';
import { close, open } from './support/page.ts';
import { done } from './support/timers.ts';

const known = { 'bootstrap.read': { ...signedIn(), mode: 'test' as const } };

let said: string[] = [];
let stop = (): void => {};

/** Waits until the console was told something that contains these words; hints come later than what the visitor sees. */
async function hear(words: string): Promise<string[]> {
  for (let turn = 0; turn < 50 && !said.some((line) => line.includes(words)); turn += 1) await done();
  return said.filter((line) => line.includes(words));
}

/** Gives every hint time to come that would. */
async function hearNothing(words: string): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await done();
  expect(said.filter((line) => line.includes(words))).to.eql([]);
}

describe('hints for the developer', () => {
  beforeEach(() => {
    ({ said, stop } = listenToConsole());
  });
  afterEach(() => {
    close();
    stop();
  });

  for (const [given, place] of [
    ['{"a.b": "x",}', 'is broken at character 13, before "}"'],
    ['{"c.d": "x"', 'is broken at its end, where something is missing'],
    ['{e: 1}', 'is broken at character 2, before "e: 1}"'],
  ] as const)
    it(`the texts PG1: broken JSON «${given}» in several elements is one line with the place and the way on`, async () => {
      const errors: unknown[] = [];
      const note = (event: ErrorEvent | PromiseRejectionEvent) => errors.push(event);
      addEventListener('error', note);
      addEventListener('unhandledrejection', note);
      const several = html`<div><wl-balance-meter strings=${given}></wl-balance-meter><wl-signup strings=${given}></wl-signup></div>`;
      await open(several, known);
      const lines = await hear(place);
      await hearNothing('nothing that is said');
      removeEventListener('error', note);
      removeEventListener('unhandledrejection', note);
      expect(lines.length).to.equal(1);
      expect(lines[0]).to.contain(`strings='{"buy.heading": "Top up"}'`);
      expect(said.filter((line) => line.includes('"strings"')).length).to.equal(1);
      expect(errors).to.eql([]);
    });

  it('the texts PG1: a text that is a number is named, and not those beside it', async () => {
    const { element } = await open<WlSignup>(html`<wl-signup></wl-signup>`, known);
    element.strings = { 'signUp.heading': 'Join', 'meter.enough': 7 } as never;
    const [line] = await hear('"meter.enough":7');
    expect(line).not.to.contain('signUp.heading');
  });

  it('an element MT29: one that holds the rest of its page is told, and not one with a slot or words of its own', async () => {
    const fine = html`<wl-signup><p>A moment.</p><div slot="signed-out"><wl-balance-meter></wl-balance-meter></div></wl-signup>`;
    await open(fine, known);
    await hearNothing('is not closed');
    close();
    await open(html`<wl-signup><div><wl-balance-meter></wl-balance-meter></div></wl-signup>`, known);
    expect(await hear('is not closed')).to.eql([
      '<wl-signup> is not closed and hides what follows it. Write <wl-signup></wl-signup>: "/>" closes no tag in HTML.',
    ]);
    close();
    await open(html`<wl-balance-meter><footer>Imprint</footer></wl-balance-meter>`, known);
    expect((await hear('<wl-balance-meter> is not closed')).length).to.equal(1);
  });

  it('an attribute MT29: a misspelt one is told with the one that is meant, and those of others are not', async () => {
    await open(
      html`<wl-signup mod="sign-in" class="a" name="b" role="form" data-mode="c" aria-label="d" modes="sign-in"></wl-signup>`,
      known,
    );
    expect(await hear('no attribute of it')).to.eql(['<wl-signup modes> is no attribute of it. Did you mean mode?']);
  });

  it('the gate MT29: a feature that no plan includes is told with those that there are', async () => {
    const plans = { 'plans.list': { plans: [{ features: ['numbers', 'reports'] }] } as never };
    await open<WlGate>(html`<wl-gate feature="reports"></wl-gate>`, { ...known, ...plans });
    await hearNothing('never opens');
    close();
    await open<WlGate>(html`<wl-gate feature="report"></wl-gate>`, { ...known, ...plans });
    const [line] = await hear('never opens');
    expect(line).to.match(/^<wl-gate feature="report"> never opens: no plan on offer includes that feature, but .*reports.*plans\.update/);
  });

  it('a refusal MT29: on the own machine, an unknown test key and a live key have a sentence each', async () => {
    const refused = new Refused('origin.refused', '', false);
    explainRefusal(refused, 'wlp_test_somebodyelse');
    explainRefusal(refused, 'wlp_live_somebodyelse');
    expect(said[0]).to.match(/^data-key wlp_test_som… is a key that nobody knows, or one that has ended\./);
    expect(said[1]).to.match(/a live key takes listed origins only\. Use the test key/);
  });
});
