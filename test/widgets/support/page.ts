import { render, type TemplateResult } from 'lit';
import type { Input, OperationName, Output } from '../../../api/contract/index.ts';
import { provideKit } from '../../../widgets/kit/context.ts';
import type { WlEvents } from '../../../widgets/kit/events.ts';
import { Kit, type KitOptions } from '../../../widgets/kit/kit.ts';
import type { LiveEvent } from '../../../widgets/kit/live.ts';
import type { WlElement } from '../../../widgets/ui/element.ts';
import { bootstrap } from './answers.ts';
// Loads the files of later clicks at once, so that tests need not wait for the network.
import '../../../widgets/elements/sign-up/submit.ts';
import '../../../widgets/kit/developer.ts';
import '../../../widgets/kit/live-updates.ts';
import '../../../widgets/payment/checkout.ts';

type Answer = { status: number; code: string; message?: string; param?: string; values?: unknown; fields?: unknown } | 'offline' | 'never';
type Answers = { [Name in OperationName]?: Output<Name> | Answer | ((input: Input<Name>, call: Call) => Output<Name> | Answer) };

/** One request as it left the page. */
export interface Call {
  name: string;
  input: Record<string, unknown>;
  headers: Headers;
  url: URL;
}

/** The network: what leaves the page is written down, what comes back is what the test says. Everything above it is the real code. */
export class Network {
  readonly calls: Call[] = [];
  /** Open streams, and the key each was opened with. */
  readonly streams = new Map<ReadableStreamDefaultController<Uint8Array>, string>();
  answers: Answers;
  /** The time of the answers, as the server's clock has it; absent unless a test is about it. */
  date: string | undefined;

  constructor(answers: Answers) {
    this.answers = answers;
  }

  named(name: OperationName): Call[] {
    return this.calls.filter((call) => call.name === name);
  }

  /** @param to the key of a kit; all that listen, unless said */
  push(event: LiveEvent, to?: string): void {
    for (const [stream, key] of this.streams)
      if (!to || key === to) stream.enqueue(new TextEncoder().encode(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`));
  }

  readonly fetch = async (address: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(address));
    const name = url.pathname.split('/').at(-1) as OperationName;
    const input = init.body ? JSON.parse(String(init.body)) : Object.fromEntries(url.searchParams);
    const call = { name, input, headers: new Headers(init.headers), url };
    this.calls.push(call);
    const given = this.answers[name];
    const answer = (typeof given === 'function' ? given(input as never, call) : given) as Answer | object | undefined;
    if (answer === 'offline') throw new TypeError('Failed to fetch');
    if (answer === 'never') return new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    if (name === 'live.stream' && !answer) return this.#stream(init.signal, url.searchParams.get('key') ?? '');
    if (!answer)
      return json(404, {
        error: { code: 'operation.not_found', message: `The test has no answer for ${name}.`, type: 'not_found', requestId: 'r' },
      });
    const headers = this.date ? { Date: this.date } : {};
    if ('status' in answer && 'code' in answer)
      return json(answer.status, { error: { message: 'A sentence.', type: 'invalid_request', requestId: 'r', ...answer } }, headers);
    return json(200, answer, headers);
  };

  #stream(signal: AbortSignal | null | undefined, key: string): Response {
    const streams = this.streams;
    return new Response(
      new ReadableStream({
        start(controller) {
          streams.set(controller, key);
          signal?.addEventListener('abort', () => {
            if (streams.delete(controller)) controller.error(signal.reason);
          });
        },
      }),
    );
  }
}

const json = (status: number, body: unknown, headers = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });

export interface Page<Element extends WlElement> {
  element: Element;
  kit: Kit;
  network: Network;
  root: HTMLElement;
  events: [keyof WlEvents, unknown][];
  /** Returns the visible text of the element's own tree, by part. */
  part(name: string): HTMLElement;
  text(name: string): string;
}

// Several pages of tests run side by side, and only one of them is in front.
Object.defineProperty(document, 'hidden', { configurable: true, value: false });

export const loadDeferred = () => import('../../../widgets/deferred.ts');
const realFetch = window.fetch;
const kits: Kit[] = [];
let pages = 0;

/** Mounts an element below a kit of its own, as a script tag would provide it, and waits until it shows what the answers say. */
export async function open<Element extends WlElement>(
  markup: TemplateResult,
  answers: Answers = {},
  options: Partial<KitOptions> & { wait?: boolean; style?: string; date?: string } = {},
): Promise<Page<Element>> {
  const network = new Network({ 'bootstrap.read': bootstrap(), ...answers });
  network.date = options.date;
  window.fetch = network.fetch;
  const root = document.createElement('div');
  root.style.cssText = options.style ?? '';
  const events: Page<Element>['events'] = [];
  for (const name of eventNames) root.addEventListener(name, ({ detail }) => events.push([name, detail]));
  const kit = new Kit({ api: 'https://api.test', key: `wlp_test_${Date.now()}_${++pages}`, root, ...options }, loadDeferred);
  kits.push(kit);
  provideKit(root, kit);
  const started = kit.start();
  // By hand: the fixtures of the test library wait for a frame, and a page that is not in front has none.
  document.body.append(root);
  render(markup, root);
  const element = root.firstElementChild as Element;
  if (options.wait !== false) await Promise.all([started, kit.loadDeferred()]);
  await settled(element);
  const part = (name: string) => element.shadowRoot?.querySelector(`[part~=${name}]`) as HTMLElement;
  return { element, kit, network, root, events, part, text: (name) => words(part(name)) };
}

/** Ends what the last page left running. */
export function close(): void {
  for (const kit of kits.splice(0)) {
    kit.close();
    kit.root.remove();
  }
  window.fetch = realFetch;
  history.replaceState(null, '', location.pathname + location.search);
  sessionStorage.clear();
  localStorage.clear();
}

/** Waits until nothing more is rendered. */
export async function settled(element: WlElement): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await element.updateComplete;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export const words = (element: Element | null | undefined): string => (element?.textContent ?? '(nothing)').replace(/\s+/g, ' ').trim();

const eventNames = [
  'wl-ready',
  'wl-signed-up',
  'wl-signed-in',
  'wl-signed-out',
  'wl-email-verified',
  'wl-checkout-opened',
  'wl-credits-bought',
  'wl-balance-changed',
  'wl-refused',
] as const satisfies (keyof WlEvents)[];
