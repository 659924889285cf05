import { expect } from '@open-wc/testing';
import { Live, type LiveEvent } from '../../../widgets/kit/live.ts';
import { Poller } from '../../../widgets/kit/poller.ts';
import { Refused } from '../../../widgets/kit/refused.ts';
import { done, holdTimers, show, type Timers } from '../support/timers.ts';

let timers: Timers;
const ends: (() => void)[] = [];

/** A stream and what came of it: each opening, the seconds that were heard and how often was polled. */
function listen(open?: (signal: AbortSignal) => Promise<Response>) {
  const said = { heard: [] as number[], polls: 0, signals: [] as AbortSignal[] };
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const openStream = async (signal: AbortSignal) =>
    new Response(
      new ReadableStream({
        start(controller) {
          stream = controller;
          signal.addEventListener('abort', () => controller.error(signal.reason));
        },
      }),
    );
  const live = new Live({
    open(signal) {
      said.signals.push(signal);
      return (open ?? openStream)(signal);
    },
    heard: ({ seq }: LiveEvent) => said.heard.push(seq),
    poll: async () => (said.polls += 1),
  });
  ends.push(() => live.end());
  const send = async (text: string) => {
    stream?.enqueue(new TextEncoder().encode(text));
    await done();
  };
  return { live, said, send, close: () => stream?.close() };
}

beforeEach(() => {
  timers = holdTimers();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  timers.release();
  show(true);
});

describe('the live stream', () => {
  it('live.stream U7: each entry is heard once it is whole, however the network cuts the text', async () => {
    const { live, said, send } = listen();
    live.start();
    await done();
    await send('id: 1\ndata: {"seq"');
    expect(said.heard).to.eql([]);
    await send(':1}\n\n: still here\n\nid: 2\r\ndata:{"seq":2}\r\n\r\ndata: {"seq":3}\n');
    expect(said.heard).to.eql([1, 2]);
    await send('\n');
    expect(said).to.deep.include({ heard: [1, 2, 3], polls: 0 });
  });

  it('live.stream U7: one that never begins is left after 6 seconds, one that falls silent after 50', async () => {
    const { live, said, send } = listen();
    live.start();
    await timers.pass(5999);
    expect(said.signals.map(({ aborted }) => aborted)).to.eql([false]);
    await timers.pass(1);
    expect({ polls: said.polls, pauses: timers.pauses() }).to.eql({ polls: 1, pauses: [500] });
    await timers.pass(500);
    await send(': hello\n\n');
    await timers.pass(49_999);
    expect(said.signals.map(({ aborted }) => aborted)).to.eql([true, false]);
    await timers.pass(1);
    expect({ aborted: said.signals.at(-1)?.aborted, polls: said.polls }).to.eql({ aborted: true, polls: 2 });
  });

  it('live.stream U7: where it does not deliver, it polls and comes back later and later, at most after 15 s', async () => {
    const { live, said } = listen(async () => new Response(null));
    live.start();
    await done();
    const pauses: number[] = [];
    for (let turn = 0; turn < 7; turn += 1) {
      const [pause = 0] = timers.pauses();
      pauses.push(pause);
      await timers.pass(pause);
    }
    expect(pauses).to.eql([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
    expect({ polls: said.polls, signals: said.signals.length }).to.eql({ polls: 8, signals: 8 });
  });

  it('live.stream U7: one that delivered and ended comes back soon, without polling', async () => {
    const { live, said, send, close } = listen();
    live.start();
    await timers.pass(6000);
    await timers.pass(500);
    await send('data: {"seq":4}\n\n');
    close();
    await done();
    expect({ polls: said.polls, pauses: timers.pauses() }).to.eql({ polls: 1, pauses: [500] });
  });

  it('live.stream U7: a refusal that lasts ends it; one that may pass does not', async () => {
    for (const [refused, isOver] of [
      [new Refused('session.missing'), true],
      [new Refused('network'), false],
    ] as const) {
      const { live, said } = listen(() => Promise.reject(refused));
      live.start();
      await done();
      expect([said.polls, timers.pauses().length], refused.code).to.eql(isOver ? [0, 0] : [1, 1]);
    }
  });

  it('live.stream U7: it is closed while the page is hidden, and stays closed once it was ended', async () => {
    const { live, said } = listen();
    live.start();
    live.start();
    await done();
    show(false);
    await done();
    expect({ aborted: said.signals.map(({ aborted }) => aborted), pauses: timers.pauses() }).to.eql({ aborted: [true], pauses: [] });
    show(true);
    expect(said.signals.length).to.equal(2);
    live.end();
    show(false);
    show(true);
    await done();
    expect({ aborted: said.signals.map(({ aborted }) => aborted), pauses: timers.pauses() }).to.eql({ aborted: [true, true], pauses: [] });
  });

  it('live.stream U7: a pause ends at once where the network returns, or where nobody waits any longer', async () => {
    const { live, said } = listen(() => Promise.reject(new Refused('network')));
    live.start();
    await done();
    dispatchEvent(new Event('online'));
    await done();
    expect({ signals: said.signals.length, pauses: timers.pauses() }).to.eql({ signals: 2, pauses: [1000] });
    live.end();
    await done();
    dispatchEvent(new Event('online'));
    await done();
    expect({ signals: said.signals.length, pauses: timers.pauses() }).to.eql({ signals: 2, pauses: [] });
  });
});

describe('polling', () => {
  /** A poller, how often it looked and the answer to the next look. */
  function poll() {
    const seen = { looks: 0, goesOn: Promise.resolve(true) };
    const poller = new Poller(
      () => {
        seen.looks += 1;
        return seen.goesOn;
      },
      { min: 100, max: 150 },
    );
    ends.push(() => poller.stop());
    return { poller, seen };
  }

  it('purchases.read P5: the pauses grow up to their longest, and it ends with what it waited for', async () => {
    const { poller, seen } = poll();
    poller.start();
    const pauses: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      pauses.push(...timers.pauses());
      await timers.pass(pauses.at(-1) ?? 0);
    }
    expect(pauses).to.eql([100, 130, 150, 150]);
    seen.goesOn = Promise.resolve(false);
    await timers.pass(150);
    expect({ looks: seen.looks, pauses: timers.pauses() }).to.eql({ looks: 5, pauses: [] });
    show(true);
    expect(seen.looks).to.equal(5);
  });

  it('purchases.read P5: it rests while the page is hidden, and looks at once when it is shown', async () => {
    const { poller, seen } = poll();
    poller.start();
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    await timers.pass(100);
    expect({ looks: seen.looks, pauses: timers.pauses() }).to.eql({ looks: 0, pauses: [130] });
    show(true);
    await done();
    expect({ looks: seen.looks, pauses: timers.pauses() }).to.eql({ looks: 1, pauses: [100 * 1.3] });
  });

  it('purchases.read P5: a stop or a start during a look counts, and so does only one pause', async () => {
    const { poller, seen } = poll();
    let answer = (_goesOn: boolean) => {};
    const asked = () => {
      seen.goesOn = new Promise((resolve) => {
        answer = resolve;
      });
    };
    asked();
    void poller.now();
    poller.stop();
    answer(true);
    await done();
    expect(timers.pauses()).to.eql([]);
    asked();
    void poller.now();
    poller.start(70);
    answer(true);
    await done();
    expect(timers.pauses()).to.eql([70]);
    poller.start(80);
    expect(timers.pauses()).to.eql([80]);
  });
});
