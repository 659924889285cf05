import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';

/** What a client's session token may be allowed to do. */
export const tokenScopes = ['balance:read', 'credits:buy', 'account:write'] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** What an agency's secret key or a member of its staff may do. */
export type AgencyPermission = 'clients:read' | 'clients:write' | 'credits:write' | 'usage:write' | 'agency:read' | 'agency:write';

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
  /** `json` unless said: `simple` is a text/plain body without preflight, `raw` are the signed bytes of a provider. */
  body?: 'json' | 'simple' | 'raw';
  /** The answer is a stream of server-sent events, each as `output` says. */
  stream?: true;
  /** Accepts `Idempotency-Key`: the second time answers as the first and does nothing. */
  repeatable?: true;
}
