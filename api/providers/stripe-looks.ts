import { LRUCache } from 'lru-cache';

/** How long an answer is good for somebody else who only looks, in milliseconds. */
const FRESH_MS = 1_000;
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
  waiting: number;
  givenUp: AbortController;
}

/** One question of a name at a time, whose answer is everybody's who looks while it is under way and for a second after. */
export function createLooks<Answer>(): Look<Answer> {
  const questions = new LRUCache<string, Question<Answer>>({ max: ANSWERS_MAX });

  function begin(name: string, ask: (signal: AbortSignal) => Promise<Answer>): Question<Answer> {
    const givenUp = new AbortController();
    const question = { answer: ask(givenUp.signal), waiting: 0, givenUp };
    questions.set(name, question);
    // The answer stays for a moment; a failure is nobody else's.
    question.answer.then(
      () => questions.set(name, question, { ttl: FRESH_MS }),
      () => questions.peek(name) === question && questions.delete(name),
    );
    return question;
  }

  return async (name, signal, ask) => {
    const known = questions.get(name);
    const question = known && !known.givenUp.signal.aborted ? known : begin(name, ask);
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
