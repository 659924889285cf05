import type { ErrorCode } from '../contract/index.ts';
import type { NoticeCode } from '../contract/notices.ts';

/**
 * One documented error of a provider, and what it means for the calls that can meet it. Each provider has one table of these. A test has the
 * sandbox answer every row for every call, and checks what follows.
 */
export interface DocumentedError<Call extends string = string> {
  calls: readonly Call[];
  /** The status of the HTTP answer. */
  status: number;
  /** The provider's own code, where it tells errors of one status apart. Such a row stands before the one without. */
  code?: string;
  /** The words of the provider's own description. The log has them, a client never. */
  says: string;
  /** `definite`: asked again, it answers the same. `passing`: it is asked again, for a bounded time. */
  lasts: 'definite' | 'passing';
  /** Who can change it. */
  fault: 'client' | 'agency' | 'platform' | 'provider';
  /** What whoever asked reads in the end; null where it is as good as done, or goes on by itself. */
  person: ErrorCode | null;
  /** What the agency reads, by mail and in its journal; absent where there is nothing for it to do. */
  agency?: NoticeCode;
  /** `order`: nothing is delivered, and the credits come back. `step`: only this step is taken back. `nothing`: all stays as it was. */
  undone: 'order' | 'step' | 'nothing';
}

/** The part of a row by which the domain decides how to go on. */
export type Meaning = Pick<DocumentedError, 'lasts' | 'agency'>;

/** @returns the row for what a provider answered to a call; undefined for what the table does not know */
export const rowOf = <Call extends string>(
  table: readonly DocumentedError<Call>[],
  call: Call,
  { status, code }: Pick<ProviderWords, 'status' | 'code'>,
): DocumentedError<Call> | undefined =>
  table.find((row) => row.calls.includes(call) && row.status === status && (row.code === undefined || row.code === code));

type Meant<Call extends string> = Omit<DocumentedError<Call>, 'status' | 'code' | 'says'>;

/**
 * Rows that mean the same, by their statuses.
 * @param words what the provider's description says of each status
 */
export const rowsByStatus =
  <Call extends string, Status extends number>(words: Readonly<Record<Status, string>>) =>
  (statuses: readonly Status[], meaning: Meant<Call> & Pick<DocumentedError, 'code'>): DocumentedError<Call>[] =>
    statuses.map((status) => ({ status, says: words[status], ...meaning }));

/** Rows of one status that mean the same, by the provider's codes, each with its words. */
export const rowsByCode = <Call extends string>(
  status: number,
  codes: Readonly<Record<string, string>>,
  meaning: Meant<Call>,
): DocumentedError<Call>[] => Object.entries(codes).map(([code, says]) => ({ status, code, says, ...meaning }));

/** What a provider said when it did not do what it was asked. */
export interface ProviderWords {
  /** What the provider was asked, by our own name for it. */
  call?: string | undefined;
  status?: number | undefined;
  /** The provider's own class and code of the error. */
  type?: string | undefined;
  code?: string | undefined;
  message: string;
  /** What the provider's support asks for. */
  requestId?: string | undefined;
}

/**
 * The cause of a refusal that a provider is behind. The log tells all of it, a client nothing. In the message keys, addresses and numbers are
 * covered up: a log outlives them.
 */
export class ProviderError extends Error {
  readonly provider: string;
  readonly words: ProviderWords;
  /** What the provider's table says of it. */
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

/** What a provider said that a refusal comes from; undefined where none did. */
export const wordsIn = (refusal: unknown): ProviderWords | undefined =>
  refusal instanceof Error && refusal.cause instanceof ProviderError ? refusal.cause.words : undefined;

const MESSAGE_LENGTH_MAX = 500;

const covered = (message: string): string =>
  message
    .slice(0, MESSAGE_LENGTH_MAX)
    .replace(/\b(?:[spr]k|wl[pksr]|whsec|key)_[\w*]+/gi, '(a key)')
    .replace(/[^\s@'"<>]+@[^\s@'"<>,;]+/g, '(an address)')
    .replace(/(?<!\w)\+?\d[\d ()-]{7,}\d/g, '(a number)');
