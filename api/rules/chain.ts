/** The fields that an entry's hash covers besides the previous hash. The client's statement shows all of them. */
export interface Link {
  _id: string;
  kind: string;
  /** ISO 8601, UTC, or the same as a date. */
  at: Date | string;
  account: string;
  seq: number;
  /** Milli-credits. */
  amount: number;
  after: unknown;
}

/** An entry as `credits.statement` answers it. */
export interface StatedEntry extends Omit<Link, '_id' | 'at'> {
  transferId: string;
  at: string;
  hash: string;
}

/** The hash before the first entry. */
export const GENESIS = '';

/** Builds the text whose SHA-256, in base64url, is the entry's hash. A change in the past changes every later hash. */
export const linkText = (previous: string, { _id, kind, at, account, seq, amount, after }: Link): string =>
  previous + canonicalJson({ _id, kind, at, account, seq, amount, after });

/**
 * Writes JSON with sorted keys and no spaces, so that equal values give equal texts, however they were stored. The ledger's hottest loop.
 */
export function canonicalJson(value: unknown): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (value === null || typeof value !== 'object' || value instanceof Date) return JSON.stringify(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) text += `${index === 0 ? '' : ','}${canonicalJson(one)}`;
    return `[${text}]`;
  }
  for (const name of Object.keys(value).sort()) {
    const quoted = /^\w+$/.test(name) ? `"${name}"` : JSON.stringify(name);
    text += `${text === '' ? '' : ','}${quoted}:${canonicalJson((value as Record<string, unknown>)[name])}`; // an own name of the object
  }
  return `{${text}}`;
}

/**
 * Checks a statement, in a browser or on a server: in no entry was kind, time, amount, balance or place changed, and none was removed,
 * added or moved. Descriptions and actors are not covered. Missing newest entries cannot be seen in the rest.
 * @param entries any stretch of one account's entries in any order, e.g. several pages. Entries before it are not checked
 * @returns the number of the first entry that differs from the written one, or undefined if none does
 */
export async function verifyStatement(entries: readonly StatedEntry[]): Promise<number | undefined> {
  const ordered = entries.toSorted((a, b) => a.seq - b.seq);
  for (const [index, entry] of ordered.entries()) {
    const before = ordered[index - 1];
    if (!before && entry.seq !== 1) continue; // the previous hash is on another page
    if (before && (before.seq + 1 !== entry.seq || before.account !== entry.account)) return entry.seq;
    const text = linkText(before?.hash ?? GENESIS, { ...entry, _id: entry.transferId });
    if ((await sha256(text)) !== entry.hash) return entry.seq;
  }
  return undefined;
}

async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
