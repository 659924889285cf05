import { LRUCache } from 'lru-cache';

/** How often one thing is asked for however many look at it, in milliseconds; and how often before it comes to that. */
const APART_MS = 1_000;
const AT_ONCE = 3;
const ANSWERS_MAX = 10_000;

/**
 * Asks for something that many look at.
 * @param signal of the one who looks: the question is given up when nobody waits for it any more
 */
export type Look<Answer> = (
  name: string,
  signal: AbortSignal | undefined,
  ask: (signal: AbortSignal) => Promise<Answer>,
) => Promise<Answer>;

interface Question<Answer> {
  answer: Promise<Answer>;
  state: 'asked' | 'answered' | 'failed';
  /** When it had been asked for the last time, if it was asked once a second. */
  nextAt: number;
  waiting: number;
  givenUp: AbortController;
}

/**
 * One question of a name at a time, which is everybody's who looks meanwhile. Whoever looks now and then gets a new answer; where it is looked at
 * all the time, everybody gets the last one, which is a second old at most.
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
