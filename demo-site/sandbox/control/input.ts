import type { Request } from 'express';

/** A 400 over HTTP. */
export const mistake = (message: string): Error => Object.assign(new Error(message), { status: 400 });

export function text(req: Request, name: string): string {
  const value: unknown = req.body?.[name];
  if (typeof value === 'string' && value.length > 0 && value.length <= 200) return value;
  throw mistake(`\`${name}\` is a text of 1 to 200 characters.`);
}

/** A list of texts; empty unless given. */
export function texts(req: Request, name: string): string[] {
  const value: unknown = req.body?.[name] ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw mistake(`\`${name}\` is a list of texts.`);
}

/** Reads one of the choices; the first by default. */
export function choice<const T extends string>(req: Request, name: string, choices: readonly [T, ...T[]]): T {
  const value: unknown = req.body?.[name] ?? choices[0];
  const found = choices.find((one) => one === value);
  if (found !== undefined) return found;
  throw mistake(`\`${name}\` is one of ${choices.join(', ')}.`);
}

/** Reads a whole number from 1; 1 by default. */
export const whole = (req: Request, name: string, most: number): number => wholeOrNone(req, name, most) ?? 1;

/** Reads a whole number from 1; undefined by default. */
export function wholeOrNone(req: Request, name: string, most: number): number | undefined {
  const value: unknown = req.body?.[name];
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most)) return value;
  throw mistake(`\`${name}\` is a whole number from 1 to ${most}.`);
}

/** Reads yes or no; no by default. */
export function flag(req: Request, name: string): boolean {
  const value: unknown = req.body?.[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw mistake(`\`${name}\` is true or false.`);
}
