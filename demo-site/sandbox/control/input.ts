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

/** One of the choices; the first unless given. */
export function choice<const T extends string>(req: Request, name: string, choices: readonly [T, ...T[]]): T {
  const value: unknown = req.body?.[name] ?? choices[0];
  const found = choices.find((one) => one === value);
  if (found !== undefined) return found;
  throw mistake(`\`${name}\` is one of ${choices.join(', ')}.`);
}

/** A whole number from 1; 1 unless given. */
export const whole = (req: Request, name: string, most: number): number => wholeOrNone(req, name, most) ?? 1;

/** A whole number from 1; undefined unless given. */
export function wholeOrNone(req: Request, name: string, most: number): number | undefined {
  const value: unknown = req.body?.[name];
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most)) return value;
  throw mistake(`\`${name}\` is a whole number from 1 to ${most}.`);
}

/** Yes or no; no unless given. */
export function flag(req: Request, name: string): boolean {
  const value: unknown = req.body?.[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw mistake(`\`${name}\` is true or false.`);
}
