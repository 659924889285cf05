/** What an entry's hash covers besides the hash before it. All of it stands in the client's statement. */
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

/** The text whose SHA-256, in base64url, is an entry's hash: whoever changes the past changes every hash after it. */
export const linkText = (previous: string, { _id, kind, at, account, seq, amount, after }: Link): string =>
  previous + canonicalJson({ _id, kind, at, account, seq, amount, after });

/** JSON with sorted keys and no spaces: the same value is the same text, wherever it was stored in between. The ledger's hottest loop. */
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
    text += `${text === '' ? '' : ','}${quoted}:${canonicalJson((value as Record<string, unknown>)[name])}`; // one of its own names
  }
  return `{${text}}`;
}

/**
 * Checks a statement, in a browser as on a server: that in no entry of it kind, time, amount, balance or place was changed, and none was
 * removed, added or moved. Descriptions and actors are not covered. That the newest ones are gone cannot be seen in what is left.
 * @param entries any stretch of one account's entries, in any order; pages put together. What comes before it is not checked
 * @returns the number of the first entry that is not as it was written, or undefined where all are
 */
export async function verifyStatement(entries: readonly StatedEntry[]): Promise<number | undefined> {
  const ordered = entries.toSorted((a, b) => a.seq - b.seq);
  for (const [index, entry] of ordered.entries()) {
    const before = ordered[index - 1];
    if (!before && entry.seq !== 1) continue; // the hash before it is on another page
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
