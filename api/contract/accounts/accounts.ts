import { z } from 'zod';
import { cleanText } from '../../rules/spelling.ts';
import { balance } from '../credits/credits.ts';
import type { Operation } from '../operation.ts';
import { because, coded, email, id, line, millis, name, pageUrl } from '../values.ts';

/** The public half of the page's signing key: ES256, made by WebCrypto, never leaves the browser as a pair. */
export const publicKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[\w-]{43}$/, because({ reason: 'coordinate_malformed' })),
  y: z.string().regex(/^[\w-]{43}$/, because({ reason: 'coordinate_malformed' })),
});

/** Facts about the client and its signed-in member for the client's own page. */
export const account = z.strictObject({
  clientId: id('cli'),
  memberId: id('mem'),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
});

/** A short-lived token, and for signed-in pages the refresh token that only works with the page's key. */
export const session = z.strictObject({
  token: z.string(),
  expiresInSeconds: z.int().positive(),
  refreshToken: z.string().optional().describe('Only in answer to a sign-up or sign-in.'),
});

export const password = z.string(coded('password.too_short')).max(1000, coded('password.too_long'));

export const mailedUrl = pageUrl.describe(
  'The page that the link in the mail leads back to. Its path is of plain words, and of its query only numbers and languages are kept: a longer one becomes the hosted page, or the front page of the site.',
);

/** The optional fields an agency may ask for at sign-up, besides name, e-mail and password. */
export const profileFields = [
  'username',
  'phone',
  'country',
  'region',
  'city',
  'postalCode',
  'addressLine1',
  'addressLine2',
  'company',
  'role',
] as const;
export type ProfileField = (typeof profileFields)[number];
export const profile = z.strictObject({
  ...(Object.fromEntries(profileFields.map((field) => [field, line(120).optional()])) as Record<ProfileField, z.ZodOptional<z.ZodString>>),
  username: line(120)
    .normalize('NFKC') // so that nobody has another one that looks the same
    .refine((text) => !/[@\p{Default_Ignorable_Code_Point}]/u.test(text), coded('username.invalid'))
    .optional(),
});

const examplePublicKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

/** Refusals of an unfit new password. */
export const newPasswordErrors = [
  'password.mismatch',
  'password.too_short',
  'password.too_long',
  'password.no_digit',
  'password.no_upper',
  'password.no_lower',
  'password.no_special',
  'password.too_common',
] as const;

const signedIn = z.strictObject({ account, session, balance });

export const accountOperations = {
  'accounts.signUp': {
    summary: 'Creates a client with its first member and signs it in. Free credits wait for the confirmed e-mail.',
    method: 'POST',
    callers: { visitor: true },
    repeatable: true,
    closable: true,
    limits: [
      { per: ['address'], count: 6, seconds: 60, shared: true },
      { per: ['address'], count: 60, seconds: 86_400, shared: true },
      { per: ['agency'], count: 600, seconds: 60, shared: true },
    ],
    input: z.strictObject({
      firstName: name,
      lastName: name,
      email,
      password,
      passwordConfirmation: password,
      profile: profile.optional().describe("Only fields that the agency's form asks for."),
      acceptedTerms: z.boolean().optional().describe('Needed where the agency has terms or a privacy notice.'),
      returnUrl: mailedUrl,
      publicKey,
      website: z.string().max(200).optional().describe('Stays empty: a field that people do not see and programs fill in.'),
    }),
    example: {
      firstName: 'Robin',
      lastName: 'Meyer',
      email: 'robin@example.com',
      password: 'Sunny-day-42',
      passwordConfirmation: 'Sunny-day-42',
      returnUrl: 'https://www.example.com/account',
      publicKey: examplePublicKey,
    },
    output: signedIn,
    errors: [
      'email.taken',
      'username.invalid',
      'username.taken',
      'consent.missing',
      'return_url.refused',
      ...newPasswordErrors,
      'signup.refused',
      'server.busy',
    ],
  },
  'accounts.signIn': {
    summary: 'Signs a member in by e-mail or username.',
    method: 'POST',
    callers: { visitor: true },
    limits: [
      { per: ['agency', 'field:login', 'address'], count: 10, seconds: 300, shared: true, guesses: true },
      { per: ['address'], count: 60, seconds: 60, shared: true, guesses: true },
      { per: ['agency'], count: 1500, seconds: 60, shared: true, guesses: true },
    ],
    input: z.strictObject({ login: z.string().overwrite(cleanText).min(1).max(254), password, publicKey }),
    example: { login: 'robin@example.com', password: 'Sunny-day-42', publicKey: examplePublicKey },
    output: signedIn,
    errors: ['login.refused', 'client.disabled', 'server.busy'],
  },
  'accounts.verifyEmail': {
    summary:
      'Confirms an e-mail address by the token of the mailed link, and puts it in the place of the former one where that was asked for. The first time, the free credits of the plan move to the client, or wait for room.',
    method: 'POST',
    callers: { visitor: true },
    input: z.strictObject({ token: z.string().max(2000) }),
    example: { token: 'eyJ…' },
    output: z.strictObject({
      email: z.string(),
      grantedMillis: millis.describe('Free credits that this confirmation brought.'),
      waitingMillis: millis
        .optional()
        .describe('Free credits that are promised and come later, by themselves. Left out where there are none.'),
    }),
    errors: ['verification.refused', 'verification.expired', 'verification.outdated', 'email.taken', 'server.busy'],
  },
  'accounts.sendVerification': {
    summary: 'Mails the confirmation link again.',
    method: 'POST',
    callers: { client: 'account:write' },
    repeatable: true,
    limits: [{ per: ['caller'], count: 5, seconds: 3600, shared: true }],
    input: z.strictObject({ returnUrl: mailedUrl }),
    example: { returnUrl: 'https://www.example.com/account' },
    output: z.strictObject({}),
    errors: ['return_url.refused'],
  },
  'accounts.requestReset': {
    summary:
      'Mails a link to choose a new password, or a first one where the address is confirmed. The answer does not tell whether the address has an account.',
    method: 'POST',
    callers: { visitor: true },
    limits: [
      { per: ['address'], count: 20, seconds: 60, shared: true },
      { per: ['agency', 'field:email', 'address'], count: 5, seconds: 900, shared: true },
      // Enough that a stranger cannot block the person alone, and few enough that a mailbox is not flooded.
      { per: ['agency', 'field:email'], count: 30, seconds: 900, shared: true },
    ],
    input: z.strictObject({ email, returnUrl: mailedUrl }),
    example: { email: 'robin@example.com', returnUrl: 'https://www.example.com/account' },
    output: z.strictObject({}),
    errors: ['return_url.refused'],
  },
  'accounts.reset': {
    summary: 'Sets a new password by the token of the mailed link, once, and ends every session of the member.',
    method: 'POST',
    callers: { visitor: true },
    limits: [
      { per: ['address'], count: 20, seconds: 60, shared: true },
      { per: ['known'], count: 20, seconds: 60, shared: true },
    ],
    input: z.strictObject({ token: z.string().max(2000), password, passwordConfirmation: password }),
    example: { token: 'eyJ…', password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' },
    output: z.strictObject({}),
    errors: ['reset.refused', 'reset.expired', 'reset.outdated', ...newPasswordErrors, 'server.busy'],
  },
} as const satisfies Record<string, Operation>;
