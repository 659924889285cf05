import type { z } from 'zod';
import type { ErrorCode } from './errors/index.ts';

/** What a client's session token may be allowed to do. */
export const tokenScopes = [
  'balance:read',
  'credits:buy',
  'account:write',
  'numbers:read',
  'numbers:write',
  'knowledge:read',
  'knowledge:write',
] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** What an agency's secret key or a member of its staff may do. */
export const agencyPermissions = [
  'clients:read',
  'clients:write',
  'credits:write',
  'usage:write',
  'knowledge:write',
  'agency:read',
  'agency:write',
] as const;
export type AgencyPermission = (typeof agencyPermissions)[number];

/**
 * Who may call an operation. Several callers may be named; nobody else gets in.
 * - `anyone`: no credential (health, documentation, signed webhooks)
 * - `visitor`: the agency's publishable key from one of its pages
 * - `client`: a session token that carries the named scope
 * - `agency`: the agency's secret key with the named permission, never from a browser
 * - `platform`: the platform's key
 */
export interface Callers {
  anyone?: true;
  visitor?: true;
  client?: TokenScope;
  agency?: AgencyPermission;
  platform?: true;
}

/**
 * How often a thing may be asked for: `count` times in each window of `seconds`. Everything named in `per` together is one count:
 * the address (for IPv6 its /56), the agency, the caller, or a field of the input such as `field:login`. Limits are counted in their order,
 * from one's own to what many share, up to the first that is over: what is refused uses up nothing of others.
 *
 * `known` is whoever proves by the input to be no stranger: by a page's refresh token, a mailed link, or a device that was signed in before.
 * What strangers have used up of an address or an agency does not stop them; limits per `known` do.
 */
export interface Limit {
  per: readonly ('address' | 'agency' | 'caller' | 'known' | `field:${string}`)[];
  count: number;
  seconds: number;
  /** Counted by all processes together. */
  shared?: true;
  /** Only wrong guesses count: whoever is right gets it back. */
  guesses?: true;
}

export interface Operation {
  summary: string;
  method: 'GET' | 'POST';
  /** Where it is not `/v1/<name>`. */
  path?: string;
  callers: Callers;
  input: z.ZodType;
  /** An input that works once its ids are real. Every example is run by a test. */
  example: Record<string, unknown>;
  output: z.ZodType;
  errors: readonly ErrorCode[];
  /**
   * `json` unless said: `simple` is a text/plain body without preflight, `raw` are the signed bytes of a provider, `bytes` is a part of a
   * file as application/octet-stream, and its input stands in the address.
   */
  body?: 'json' | 'simple' | 'raw' | 'bytes';
  /** How large the body may be, in bytes; 100 KiB unless said. */
  bodyBytesMax?: number;
  /** The answer is a stream of server-sent events, each as `output` says. */
  stream?: true;
  /** The answer is a page for people, in HTML; so is what it says where there is none. */
  page?: true;
  /** Instead of the usual limits of its callers. */
  limits?: readonly Limit[];
  /** Refused while the agency has its portal switched off. */
  closable?: true;
  /** Why the journal leaves it out, although an agency or the platform changes something by it. */
  unjournaled?: string;
  /**
   * All that it changes are settings, which the journal shows: where none became another it has no entry. Never with `repeatable`: an attempt
   * that is finished after a crash finds changed already what it came to change.
   */
  journaledIfChanged?: true;
  /** What it does with the key of one mode is shown in the journals of both. */
  forBothModes?: true;
  /** A visitor's browser may keep the answer, and asks each time whether it is still so. */
  cacheable?: true;
  /** Goes on while the disk is full, as everything that only reads does: what it stores is little, and people need it to read. */
  whenFull?: true;
  /** Accepts `Idempotency-Key`: the second time answers as the first and does nothing. */
  repeatable?: true;
}
