import { z } from 'zod';
import { PRIMARY_COLOR } from '../../rules/primary-color.ts';
import { spellAddress } from '../../rules/spelling.ts';
import { account, profileFields, session } from '../accounts/accounts.ts';
import { refreshProof } from '../accounts/sessions.ts';
import { balance, packages } from '../credits/credits.ts';
import type { Operation } from '../operation.ts';
import { entitlements } from '../plans.ts';
import { agencyEmail, coded, countOnce, line, millis, mode } from '../values.ts';

export const color = z
  .string(coded('brand.color_invalid'))
  .regex(/^#[0-9a-f]{6}$/i, coded('brand.color_invalid'))
  .toLowerCase();

/** An https address, or http on this machine. Never `javascript:`, never credentials. */
export const webUrl = z
  .string(coded('brand.url_invalid'))
  .overwrite(spellAddress)
  .max(500, coded('brand.url_invalid'))
  .refine(isWebUrl, coded('brand.url_invalid'));

function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  // The parser accepts characters that no host has, such as a semicolon, which has a meaning in a content policy.
  if (username !== '' || password !== '' || !/^[\w.:[\]-]+$/.test(hostname)) return false;
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1'))
  );
}

/** The agency's look and the addresses of its own pages. Data, never markup or CSS. */
export const brand = z.strictObject({
  companyName: line(80),
  logoUrl: webUrl.nullable().default(null),
  primaryColor: color.default(PRIMARY_COLOR),
  accentColor: color.nullable().default(null),
  supportEmail: agencyEmail
    .nullable()
    .default(null)
    .describe('Where clients ask for help: mails name it and are answered there, widgets link it. Null: they name only the agency.'),
  helpUrl: webUrl.nullable().default(null).describe('A page of help, which widgets link instead of `supportEmail`.'),
  termsUrl: webUrl.nullable().default(null),
  privacyUrl: webUrl.nullable().default(null),
});

/** The fields of the sign-up form. */
export const signUpForm = z.strictObject({
  fields: countOnce(z.array(z.enum(profileFields)).max(profileFields.length))
    .default([])
    .describe('Optional fields to show.'),
  passwordPolicy: z.enum(['classic', 'passphrase']).default('classic'),
});

export const brandOperations = {
  'brand.read': {
    summary: "The agency's name, logo and colors.",
    method: 'GET',
    callers: { visitor: true },
    cacheable: true,
    input: z.strictObject({}),
    example: {},
    output: brand,
    errors: [],
  },
  'bootstrap.read': {
    whenFull: true,
    summary: 'Everything a page of widgets needs, in one request without preflight: brand, session and every read model.',
    method: 'POST',
    body: 'simple',
    callers: { visitor: true },
    input: z.strictObject({
      refresh: refreshProof.optional().describe('Of a page that is signed in.'),
      token: z.string().max(2000).optional().describe("A session token from the agency's own server."),
    }),
    example: {},
    output: z.strictObject({
      mode,
      brand,
      signUp: signUpForm,
      freeMillis: millis.describe(
        'Free credits that a sign-up brings. 0 also while the agency has no minutes for them or the day is full: then they come later.',
      ),
      packages,
      notice: z
        .string()
        .nullable()
        .describe(
          'What to show instead of every widget: the agency has switched its portal off or, where nobody is signed in, a live portal lacks something. Null: it is open.',
        ),
      noticeCode: z
        .enum(['own', 'none', 'disabled'])
        .nullable()
        .describe(
          "`own`: the notice is in the agency's words. `none`: it has none, and the notice is ours, for words of your own. `disabled`: the agency has disabled the client of this page, which is signed out.",
        ),
      clientsOnly: z
        .literal(true)
        .optional()
        .describe(
          'There where a live portal lacks something: it takes nobody in and sells nothing, but clients sign in and keep what they have. Left out where it is open, and where nobody can sign in.',
        ),
      session: session.nullable().describe('Null where nobody is signed in or the proof was refused.'),
      account: account.nullable(),
      balance: balance.nullable(),
      entitlements: entitlements.nullable().describe('What the client of the session may do.'),
    }),
    errors: [],
  },
} as const satisfies Record<string, Operation>;
