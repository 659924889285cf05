import type { z } from 'zod';
import type { ErrorCode } from './errors/index.ts';

/** Scopes of a client's session token. */
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

/** Permissions of an agency's secret key or a member of its staff. */
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
 * The callers of an operation. Several may be named; nobody else gets in.
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
  /** True if all processes count together. */
  shared?: true;
  /** True if only wrong guesses count; a correct one is taken back. */
  guesses?: true;
}

export interface Operation {
  summary: string;
  method: 'GET' | 'POST';
  /** The path, if it is not `/v1/<name>`. */
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
  /** Largest body in bytes; 100 KiB by default. */
  bodyBytesMax?: number;
  /** True if the answer is a stream of server-sent events, each of the `output` type. */
  stream?: true;
  /** True if the answer is an HTML page for people, even for an unknown address. */
  page?: true;
  /** Replaces the usual limits of its callers. */
  limits?: readonly Limit[];
  /** True if it is refused while the agency's portal is off. */
  closable?: true;
  /** Why the journal leaves it out, although an agency or the platform changes something by it. */
  unjournaled?: string;
  /**
   * True if it only changes settings in the journal: without a difference there is no entry. Never with `repeatable`, because an attempt
   * finished after a crash finds its change made.
   */
  journaledIfChanged?: true;
  /** True if the journal also has it where a client's own member does it. */
  journaledForClients?: true;
  /** True if the journals of both modes show its changes. */
  forBothModes?: true;
  /** True if a visitor's browser may keep the answer and revalidate it each time. */
  cacheable?: true;
  /** True if it works while the disk is full, like all reads: it stores little, and people need it to read. */
  whenFull?: true;
  /** True if it accepts `Idempotency-Key`: a repetition gets the first answer and does nothing. */
  repeatable?: true;
}
