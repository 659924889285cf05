import { LRUCache } from 'lru-cache';

/** Interval between calls for one thing, however many look at it, and the shorter one before that, in milliseconds. */
const APART_MS = 1_000;
const AT_ONCE = 3;
const ANSWERS_MAX = 10_000;

/**
 * Asks for something that many callers look at.
 * @param signal of the caller; the call is dropped when nobody waits for it any more
 */
export type Look<Answer> = (
  name: string,
  signal: AbortSignal | undefined,
  ask: (signal: AbortSignal) => Promise<Answer>,
) => Promise<Answer>;

interface Question<Answer> {
  answer: Promise<Answer>;
  state: 'asked' | 'answered' | 'failed';
  /** Time of the last call, if there was one per second. */
  nextAt: number;
  waiting: number;
  givenUp: AbortController;
}

/**
 * Shares one call per name among all callers. An occasional look gets a fresh answer; constant ones share the last answer, which is at most
 * a second old.
 */
export function createLooks<Answer>(): Look<Answer> {
  const questions = new LRUCache<string, Question<Answer>>({ max: ANSWERS_MAX, ttl: AT_ONCE * APART_MS });

  function begin(name: string, now: number, ask: (signal: AbortSignal) => Promise<Answer>): Question<Answer> {
    const givenUp = new AbortController();
    const nextAt = Math.max(now, questions.get(name)?.nextAt ?? 0) + APART_MS;
    const question: Question<Answer> = { answer: ask(givenUp.signal), state: 'asked', nextAt, waiting: 0, givenUp };
    questions.set(name, question);
    question.answer.then(
      () => {
        question.state = 'answered';
      },
      () => {
        question.state = 'failed';
      },
    );
    return question;
  }

  return async (name, signal, ask) => {
    const now = performance.now();
    const known = questions.get(name);
    const isUnderWay = known?.state === 'asked' && !known.givenUp.signal.aborted;
    const isRecent = known?.state === 'answered' && known.nextAt - now > (AT_ONCE - 1) * APART_MS;
    const question = known && (isUnderWay || isRecent) ? known : begin(name, now, ask);
    question.waiting += 1;
    const leave = () => {
      question.waiting -= 1;
      if (question.waiting === 0) question.givenUp.abort();
    };
    if (signal?.aborted) leave();
    else signal?.addEventListener('abort', leave, { once: true });
    try {
      return await question.answer;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  };
}
