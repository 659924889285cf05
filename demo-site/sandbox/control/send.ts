import type { Response } from 'express';

/** Nothing to say is an empty object. */
export const send = (res: Response, answer: unknown): void => {
  res.json(answer ?? {});
};
