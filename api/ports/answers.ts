import type { PlainCode } from '../contract/index.ts';
import type { NoticeCode } from '../contract/notices.ts';
import { refuse } from '../contract/refusal.ts';

/** The codes that a person may get for a provider's error. One of them needs values: the rights that a key lacks. */
export type PersonCode = PlainCode | 'payments.key_rights';

/**
 * One documented error of a provider, and its consequences for the calls that can get it. Each provider has one table. A test lets the
 * sandbox answer every row for every call and checks the consequences.
 */
export interface DocumentedError<Call extends string = string> {
  calls: readonly Call[];
  /** The status of the HTTP answer. */
  status: number;
  /** The provider's own code, if it distinguishes errors of one status. Such a row stands before the row without a code. */
  code?: string;
  /** The provider's own description. Only logged, never shown to a client. */
  says: string;
  /** `definite`: the same call gets the same answer. `passing`: the call is repeated for a limited time. */
  lasts: 'definite' | 'passing';
  /** The side that can solve it. */
  fault: 'client' | 'agency' | 'platform' | 'provider';
  /** The error that the caller finally gets; null if the call counts as done, or continues by itself. */
  person: PersonCode | null;
  /** The notice that the agency gets by mail and in its journal; absent if the agency can do nothing. */
  agency?: NoticeCode;
  /** `order`: nothing is delivered, and the credits return. `step`: only this step is undone. `nothing`: everything stays. */
  undone: 'order' | 'step' | 'nothing';
}

/** The fields of a row by which the domain decides. */
export type Meaning = Pick<DocumentedError, 'lasts' | 'agency'>;

/** @returns the row for a provider's answer to a call; undefined if the table has none */
export const rowOf = <Call extends string>(
  table: readonly DocumentedError<Call>[],
  call: Call,
  { status, code }: Pick<ProviderWords, 'status' | 'code'>,
): DocumentedError<Call> | undefined =>
  table.find((row) => row.calls.includes(call) && row.status === status && (row.code === undefined || row.code === code));

type Meant<Call extends string> = Omit<DocumentedError<Call>, 'status' | 'code' | 'says'>;

/**
 * Makes rows with the same meaning, one per status.
 * @param words the provider's description of each status
 */
export const rowsByStatus =
  <Call extends string, Status extends number>(words: Readonly<Record<Status, string>>) =>
  (statuses: readonly Status[], meaning: Meant<Call> & Pick<DocumentedError, 'code'>): DocumentedError<Call>[] =>
    statuses.map((status) => ({ status, says: words[status], ...meaning }));

/** Makes rows of one status with the same meaning, one per code of the provider, each with its description. */
export const rowsByCode = <Call extends string>(
  status: number,
  codes: Readonly<Record<string, string>>,
  meaning: Meant<Call>,
): DocumentedError<Call>[] => Object.entries(codes).map(([code, says]) => ({ status, code, says, ...meaning }));

/** A provider's error answer. */
export interface ProviderWords {
  /** Our name of the call. */
  call?: string | undefined;
  status?: number | undefined;
  /** The provider's class and code of the error. */
  type?: string | undefined;
  code?: string | undefined;
  message: string;
  /** The request id that the provider's support asks for. */
  requestId?: string | undefined;
}

/**
 * The cause of a refusal that comes from a provider. All of it is logged; clients see none of it. Keys, addresses and numbers in the
 * message are masked, because logs outlive them.
 */
export class ProviderError extends Error {
  readonly provider: string;
  readonly words: ProviderWords;
  /** The meaning in the provider's table. */
  readonly meaning: Meaning | undefined;

  constructor(provider: string, words: ProviderWords, meaning?: Meaning) {
    const message = covered(words.message);
    super(message);
    this.name = 'ProviderError';
    this.provider = provider;
    this.words = { ...words, message };
    this.meaning = meaning;
  }
}

/**
 * Refuses with the code that a person gets.
 * @param rights the rights that a key lacks, as far as the provider names them
 */
export function refuseBy(person: PersonCode, detail: { cause: ProviderError; param?: string }, rights: readonly string[] = []): never {
  if (person !== 'payments.key_rights') refuse(person, detail);
  refuse(person, { ...detail, values: rights.length > 0 ? { missing: 'some', rights } : { missing: 'all' } });
}

/** Returns the provider's answer behind a refusal, or undefined if there is none. */
export const wordsIn = (refusal: unknown): ProviderWords | undefined =>
  refusal instanceof Error && refusal.cause instanceof ProviderError ? refusal.cause.words : undefined;

const MESSAGE_LENGTH_MAX = 500;

/** @param message what an SDK made of an answer; a proxy's answer has none */
const covered = (message: unknown): string =>
  String(message ?? '')
    .slice(0, MESSAGE_LENGTH_MAX)
    .replace(/\b(?:[spr]k|wl[pksr]|whsec|key)_[\w*]+/gi, '(a key)')
    .replace(/[^\s@'"<>]+@[^\s@'"<>,;]+/g, '(an address)')
    .replace(/(?<!\w)\+?\d[\d ()-]{7,}\d/g, '(a number)');
