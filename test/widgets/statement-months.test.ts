import { expect, html } from '@open-wc/testing';
import type { Output } from '../../api/contract/index.ts';
import type { WlStatement } from '../../widgets/elements/statement/statement.ts';
import '../../widgets/elements/statement/statement.ts';
import { signedIn } from './support/answers.ts';
import { close, open, settled } from './support/page.ts';

type History = Output<'credits.history'>;

const given: Omit<History['things'][number], 'id' | 'at'> = {
  kind: 'given',
  name: 'Invoice',
  named: null,
  amountMillis: 1000,
  heldMillis: 0,
  state: 'done',
  money: null,
  purchaseId: null,
  orderId: null,
  callId: null,
  entries: [],
};

/** Two pages of one thing each, of today. @param told what the API says beside them */
const twoPages =
  (told: Pick<History, 'firstAt'>) =>
  (input: unknown): History => {
    const isOlder = 'before' in (input as object);
    const thing = { ...given, id: isOlder ? 'given/1' : 'given/2', at: new Date().toISOString() };
    return { things: [thing], asOf: 2, availableMillis: 2000, next: isOlder ? null : 2, ...told };
  };

/** Returns the months that are offered once the older page is shown too. */
async function monthsWith(told: Pick<History, 'firstAt'>): Promise<string[]> {
  const page = await open<WlStatement>(html`<wl-statement></wl-statement>`, {
    'bootstrap.read': signedIn(),
    'credits.statement': { entries: [], lifetime: { assigned: 0, used: 0, reversed: 0 }, next: null },
    'credits.history': twoPages(told),
  });
  (page.part('older') as HTMLElement).click();
  await settled(page.element);
  expect(page.part('things').children.length).to.equal(2);
  const months = [...(page.part('period') as HTMLSelectElement).options].slice(1).map(({ value }) => value);
  close();
  return months;
}

describe('<wl-statement>, its months', () => {
  afterEach(close);

  const now = new Date();
  const before = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 15)).toISOString();

  it('credits.export C18: begin with the first entry, however many things are shown', async () => {
    expect(await monthsWith({ firstAt: before(0) })).to.deep.equal([before(0).slice(0, 7)]);
    expect(await monthsWith({ firstAt: before(2) })).to.deep.equal([0, 1, 2].map((months) => before(months).slice(0, 7)));
  });

  it('credits.export C18: are the newest of an old account, and where a version before does not tell its first entry', async () => {
    expect(await monthsWith({ firstAt: before(60) })).to.have.length(24);
    expect(await monthsWith({})).to.have.length(24);
  });
});
