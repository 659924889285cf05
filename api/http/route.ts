import type { Request } from 'express';
import type { Logger } from 'pino';
import { contract, type Operation, type OperationName, type Output, type Parsed } from '../contract/index.ts';
import type { CallerOf } from './caller.ts';
import type { Caller } from './callers/index.ts';
import { type HtmlPage, type MovedPage, type Tagged, tagBody } from './page.ts';

/** Facts of the request besides its input. */
export interface RequestFacts {
  /** The called address without its query. */
  url: string;
  /** The seed of ids that the operation creates: a repeated attempt has the same one. */
  seed: string;
  log: Logger;
  req: Request;
  /** The caller's address, as limits count it. */
  address: string;
  /** The bytes of a `raw` operation. */
  bytes: Buffer;
  /** Aborts when the caller leaves, its token ends or the process shuts down. */
  signal: AbortSignal;
}

/** An operation and the function that answers it. Its caller was admitted and its input parsed by the contract entry. */
export interface Route {
  name: OperationName;
  work(caller: Caller, input: unknown, call: RequestFacts): Promise<unknown>;
  /** Adds parts to the result of `work` that must not be stored under an idempotency key, such as a token. */
  present?(done: unknown, caller: Caller, input: unknown, call: RequestFacts): Promise<unknown>;
  /** Names a caller who proves by the input to be no stranger. Called only after strangers have used up a limit. */
  known?(caller: Caller, input: unknown, call: RequestFacts): Promise<string | undefined>;
  stream?(caller: Caller, input: unknown, call: RequestFacts): AsyncIterable<unknown>;
  page?(caller: Caller, input: unknown, call: RequestFacts): Promise<HtmlPage | MovedPage>;
  /** Returns the answer that everybody gets while the process runs. */
  fixed?(): Tagged;
}

type Work<Name extends OperationName, Answer> = (caller: CallerOf<Name>, input: Parsed<Name>, call: RequestFacts) => Answer;

/** Makes the route of an operation. The casts restore what the list of routes forgets; the contract entry has checked both. */
export const answer = <Name extends OperationName>(name: Name, work: Work<Name, Promise<Output<Name>>>): Route => ({
  name,
  work: (caller, input, call) => work(caller as CallerOf<Name>, input as Parsed<Name>, call),
});

/** Makes the route of an operation whose callers may prove by the input to be no strangers. */
export const answerKnown = <Name extends OperationName>(
  name: Name,
  known: Work<Name, Promise<string | undefined>>,
  work: Work<Name, Promise<Output<Name>>>,
): Route => ({
  ...answer(name, work),
  known: (caller, input, call) => known(caller as CallerOf<Name>, input as Parsed<Name>, call),
});

/** Makes the route of an operation in two steps: the work that is done once, and the parts that every answer gets anew. */
export const answerAnew = <Name extends OperationName, Done>(
  name: Name,
  work: Work<Name, Promise<Done>>,
  present: (done: Done, ...rest: Parameters<Work<Name, unknown>>) => Promise<Output<Name>>,
): Route => ({
  name,
  work: (caller, input, call) => work(caller as CallerOf<Name>, input as Parsed<Name>, call),
  present: (done, caller, input, call) => present(done as Done, caller as CallerOf<Name>, input as Parsed<Name>, call),
});

/** Makes the route of an operation with a stream of events. */
export const answerStream = <Name extends OperationName>(name: Name, stream: Work<Name, AsyncIterable<Output<Name>>>): Route => ({
  name,
  work: () => Promise.reject(new Error(`${name} is a stream`)),
  stream: (caller, input, call) => stream(caller as CallerOf<Name>, input as Parsed<Name>, call),
});

/** Makes the route of an operation with a page for people. */
export const answerPage = <Name extends OperationName>(name: Name, page: Work<Name, Promise<HtmlPage | MovedPage>>): Route => ({
  name,
  work: () => Promise.reject(new Error(`${name} is a page`)),
  page: (caller, input, call) => page(caller as CallerOf<Name>, input as Parsed<Name>, call),
});

/** Makes the route of an operation with a constant answer. It is built at the first request and kept as sent. */
export const answerFixed = <Name extends OperationName>(name: Name, make: () => Output<Name>): Route => {
  let kept: Tagged | undefined;
  return {
    name,
    work: () => Promise.reject(new Error(`${name} is a fixed answer`)),
    fixed: () => (kept ??= tagBody(contract[name].output.parse(make()))),
  };
};

export const addressOf = (name: OperationName): string => (contract[name] as Operation).path ?? `/v1/${name}`;
