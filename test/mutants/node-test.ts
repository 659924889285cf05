import { mock } from 'node:test';

/** Stands in for `node:test` where tests run again and again in one process: they wait until they are asked for. */

export interface TestContext {
  name: string;
  mock: typeof mock;
  after(hook: Hook): void;
  test: typeof test;
}
type Hook = () => unknown;
type Body = (context: TestContext) => unknown;

interface Registered {
  name: string;
  body: Body;
}

const registered: Registered[] = [];
const hooks = { before: [] as Hook[], beforeEach: [] as Hook[], after: [] as Hook[] };

/** @param rest options, which only concern what runs once, and the body last */
export async function test(name: string, ...rest: [Body] | [object, Body]): Promise<void> {
  registered.push({ name, body: rest.at(-1) as Body });
}
export default test;

export const suite = (_name: string, ...rest: [Hook] | [object, Hook]): unknown => (rest.at(-1) as Hook)();
export const before = (hook: Hook): void => void hooks.before.push(hook);
export const beforeEach = (hook: Hook): void => void hooks.beforeEach.push(hook);
export const after = (hook: Hook): void => void hooks.after.push(hook);
export { mock };

const Mocks = mock.constructor as new () => typeof mock;

export const testNames = (): string[] => registered.map(({ name }) => name);

export async function beginTests(): Promise<void> {
  for (const hook of hooks.before) await hook();
}

/** Ends what the file has begun, each thing although another fails to end. */
export async function endTests(): Promise<void> {
  for (const hook of hooks.after.reverse()) await Promise.resolve(hook()).catch(() => undefined);
}

/** Runs one test with all that belongs to it; rejects if it fails. */
export async function runTest(index: number): Promise<void> {
  const { name, body } = registered[index] as Registered;
  for (const hook of hooks.beforeEach) await hook();
  await runBody(name, body);
}

async function runBody(name: string, body: Body): Promise<void> {
  const ends: Hook[] = [];
  const inner: Promise<void>[] = [];
  const within = (part: string, ...rest: [Body] | [object, Body]) => {
    const running = runBody(part, rest.at(-1) as Body);
    inner.push(running);
    return running.catch(() => undefined);
  };
  const own = new Mocks();
  try {
    await body({ name, mock: own, after: (hook) => void ends.push(hook), test: within });
    await Promise.all(inner);
  } finally {
    own.reset();
    for (const hook of ends) await hook();
  }
}
