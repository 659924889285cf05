import { randomBytes } from 'node:crypto';

/** Letters and digits in the manner of Stripe's ids. */
export const randomText = (length: number): string =>
  randomBytes(length * 2)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, length)
    .padEnd(length, '0');

export const newId = (prefix: string): string => `${prefix}_${randomText(24)}`;

/** The clock's part of the sandbox's state. */
export interface Clocked {
  /** How far the sandbox's clock is ahead of real time; negative when it is behind. */
  clock: { offsetSeconds: number };
}

/** The sandbox's time in seconds since 1970, Stripe's unit: real time, moved by the offset of the sandbox's clock. */
export const nowSeconds = ({ clock }: Clocked): number => Math.floor(Date.now() / 1000) + clock.offsetSeconds;
