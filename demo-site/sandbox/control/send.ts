import type { Response } from 'express';

/** Sends JSON; no answer is an empty object. */
export const send = (res: Response, answer: unknown): void => {
  res.json(answer ?? {});
};
