import type { Input, Output } from '../../../api/contract/index.ts';
import type { Kit } from '../../kit/kit.ts';
import type { Refused } from '../../kit/refused.ts';
import type { Order } from '../../payment/order-run.ts';
import { Actions } from '../../ui/actions.ts';

export type NumbersOffer = Output<'numbers.offer'>;
export type Kind = NumbersOffer['kinds'][number];
export type Found = Output<'numbers.search'>['numbers'][number];
export type ClientNumber = Output<'numbers.list'>['numbers'][number];
export type Reservation = Output<'numbers.reserve'>;
export type Account = Output<'numbers.connectAccount'>;
type Agent = Output<'agents.list'>['agents'][number];
export type Trial = Output<'numbers.testTrunk'>;

const SHOWN_AT_ONCE = 10;

/** Everything that the element knows and does about numbers. It calls; the views show. */
export class NumbersStore extends Actions {
  readonly #kit: Kit;
  offer: NumbersOffer | undefined;
  numbers: ClientNumber[] | undefined;
  agents: Agent[] = [];
  /** The results of the last search; undefined before the first. */
  found: Found[] | undefined;
  /** How many of them are shown. */
  shown = SHOWN_AT_ONCE;
  reservation: Reservation | undefined;
  account: Account | undefined;
  /** The result of the last test of a trunk, by the number's id. */
  readonly trials = new Map<string, Trial>();

  constructor(kit: Kit, changed: () => void) {
    super(changed);
    this.#kit = kit;
  }

  read(): Promise<boolean> {
    return this.do('read', async () => {
      const [offer, { numbers }, { agents }] = await Promise.all([
        this.#kit.read('numbers.offer', {}),
        this.#kit.read('numbers.list', {}),
        this.#kit.session.may('knowledge:read') ? this.#kit.read('agents.list', {}) : { agents: [] },
      ]);
      this.offer = offer;
      this.numbers = numbers;
      this.agents = agents;
    });
  }

  search(wanted: Input<'numbers.search'>): Promise<boolean> {
    this.found = undefined;
    this.shown = SHOWN_AT_ONCE;
    return this.do('search', async () => {
      this.found = (await this.#kit.read('numbers.search', wanted)).numbers;
    });
  }

  showMore(): void {
    this.shown += SHOWN_AT_ONCE;
    this.changed();
  }

  reserve(found: Found): Promise<boolean> {
    const { number, country, type } = found;
    return this.do(number, async () => {
      try {
        this.reservation = await this.#kit.attempt('numbers.reserve', { number, country, type } as Input<'numbers.reserve'>); // as it was found
      } catch (error) {
        const isGone = ['number.taken', 'number.unavailable'].includes((error as Refused).code);
        if (isGone) this.found = this.found?.map((one) => (one.number === number ? { ...one, taken: true } : one));
        throw error;
      }
    });
  }

  /** The order of the reserved number is over. */
  async bought(order: Order): Promise<void> {
    this.reservation = undefined;
    this.found = undefined;
    await this.read();
    const { orderId, subjectId } = order;
    const number = this.numbers?.find(({ id }) => id === subjectId)?.number ?? '';
    this.#kit.announce('wl-number-bought', { numberId: subjectId ?? '', number, orderId });
  }

  giveUp(): void {
    this.reservation = undefined;
    this.forget();
  }

  connect(wanted: Input<'numbers.connect'>): Promise<boolean> {
    return this.#add('manual', this.#kit.attempt('numbers.connect', wanted));
  }

  connectTrunk(wanted: Input<'numbers.connectTrunk'>): Promise<boolean> {
    return this.#add('sip', this.#kit.attempt('numbers.connectTrunk', wanted));
  }

  connectAccount(wanted: Input<'numbers.connectAccount'>): Promise<boolean> {
    return this.do('account', async () => {
      this.account = await this.#kit.call('numbers.connectAccount', wanted);
    });
  }

  importNumbers(numbers: string[]): Promise<boolean> {
    return this.do('import', async () => {
      await this.#kit.attempt('numbers.import', { numbers });
      this.account = undefined;
      this.numbers = (await this.#kit.read('numbers.list', {})).numbers;
      this.offer = await this.#kit.read('numbers.offer', {});
    });
  }

  disconnectAccount(): Promise<boolean> {
    return this.do('disconnect', async () => {
      await this.#kit.call('numbers.disconnectAccount', {});
      this.account = undefined;
      await this.read();
    });
  }

  sendCode(numberId: string, channel: 'call' | 'sms'): Promise<boolean> {
    return this.do(numberId, () => this.#kit.call('numbers.sendCode', { numberId, channel }));
  }

  verify(numberId: string, code: string): Promise<boolean> {
    return this.do(numberId, async () => this.#put(await this.#kit.call('numbers.verify', { numberId, code })));
  }

  testTrunk(numberId: string): Promise<boolean> {
    this.trials.delete(numberId);
    return this.do(numberId, async () => {
      this.trials.set(numberId, await this.#kit.call('numbers.testTrunk', { numberId }));
    });
  }

  assign(numberId: string, agentId: string | null): Promise<boolean> {
    return this.do(numberId, async () => this.#put(await this.#kit.call('numbers.assign', { numberId, agentId })));
  }

  release(numberId: string, lastDigits: string): Promise<boolean> {
    return this.do(numberId, async () => this.#put(await this.#kit.call('numbers.release', { numberId, lastDigits })));
  }

  #add(at: string, adding: Promise<ClientNumber>): Promise<boolean> {
    return this.do(at, async () => this.#put(await adding));
  }

  #put(changed: ClientNumber): void {
    const others = this.numbers ?? [];
    const isKnown = others.some(({ id }) => id === changed.id);
    const now = isKnown ? others.map((one) => (one.id === changed.id ? changed : one)) : [changed, ...others];
    this.numbers = now.filter(({ state }) => state !== 'released');
  }
}
