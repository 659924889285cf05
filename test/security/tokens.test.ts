import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createJwts } from '../../api/security/jwt.ts';
import { type Keys, makeKeys, readKeys } from '../../api/security/keys.ts';
import { createTokens, type SessionClaims } from '../../api/security/tokens.ts';

const newKeys = () => readKeys({ dataDir: '/nowhere', fromEnvironment: JSON.stringify(makeKeys()) }) as Promise<Keys>;
const [keys, otherKeys] = [await newKeys(), await newKeys()];
const issuer = 'https://api.test';
const session: SessionClaims = {
  agencyId: 'agn_1',
  world: 'test.0',
  clientId: 'cli_1',
  subject: 'client',
  memberId: 'mem_1',
  sid: 'ses_1',
  scopes: ['balance:read', 'numbers:write'],
};
const link = { agencyId: 'agn_1', world: 'live', clientId: 'cli_1', memberId: 'mem_1', stamp: 'stamp' };

/** The code of a refusal. */
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'accepted';
};

/** Plays what follows at a moment, in seconds after another. */
function at<Result>(seconds: number, work: () => Result): Result {
  mock.timers.enable({ apis: ['Date'], now: 1_000_000_000_000 + seconds * 1000 });
  try {
    return work();
  } finally {
    mock.timers.reset();
  }
}

test('sessions.refresh: a session token says what was signed, for fifteen minutes and the leeway of a clock', () => {
  const { token, expiresInSeconds } = at(0, () => createTokens(keys, issuer).signSession(session));
  assert.equal(expiresInSeconds, 900);
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'EdDSA', typ: 'at+jwt', kid: keys.signing[0]?.kid });
  const { iss, aud, iat, exp, jti } = decodeJwt(token);
  assert.deepEqual({ iss, aud, iat, exp }, { iss: issuer, aud: 'widget-api', iat: 1_000_000_000, exp: 1_000_000_900 });
  assert.match(String(jti), /^[\da-f-]{36}$/);
  const read = (seconds: number) => at(seconds, () => createTokens(keys, issuer).readSession(token));
  for (const seconds of [-5, 0, 904.9]) assert.deepEqual(read(seconds), { ...session, expiresAt: 1_000_000_900_000 });
  for (const seconds of [-5.1, 905, 906, 10_000])
    assert.equal(
      codeOf(() => read(seconds)),
      'session.missing',
      `${seconds}`,
    );
});

test('sessions.refresh: a token that was read once is not good for longer', () => {
  const tokens = createTokens(keys, issuer);
  const { token } = at(0, () => tokens.signSession(session));
  const first = at(0, () => tokens.readSession(token));
  assert.equal(
    at(899.9, () => tokens.readSession(token)),
    first,
    'its signature is checked once',
  );
  assert.notEqual(
    at(900, () => tokens.readSession(token)),
    first,
  );
  assert.equal(
    codeOf(() => at(905, () => tokens.readSession(token))),
    'session.missing',
  );
});

test('accounts.verifyEmail A02: a link says what was signed, then that it is too old; a cut one is not whole', () => {
  const tokens = createTokens(keys, issuer);
  for (const [kind, seconds, noun] of [
    ['verify', 604_800, 'verification'],
    ['reset', 1800, 'reset'],
    ['link', 600, 'link'],
  ] as const) {
    const token = at(0, () => tokens.signLink(kind, link));
    assert.equal(decodeProtectedHeader(token).typ, `${kind}+jwt`);
    const { aud, iat = 0, exp = 0 } = decodeJwt(token);
    assert.deepEqual({ aud, seconds: exp - iat }, { aud: kind === 'link' ? 'client-link' : 'mail-link', seconds });
    assert.deepEqual(
      at(seconds, () => tokens.readLink(kind, token)),
      link,
    );
    assert.equal(
      codeOf(() => at(seconds + 5, () => tokens.readLink(kind, token))),
      `${noun}.expired`,
    );
    for (const when of [0, seconds + 5])
      for (const damaged of [token.slice(0, -3), token.slice(0, 60), `${token}A`, 'eyJ'])
        assert.equal(
          codeOf(() => at(when, () => tokens.readLink(kind, damaged))),
          `${noun}.refused`,
        );
  }
});

test('sessions.refresh: no kind of token passes for another, nor one of another server or with other keys', () => {
  const tokens = createTokens(keys, issuer);
  const made = {
    session: tokens.signSession(session).token,
    verify: tokens.signLink('verify', link),
    reset: tokens.signLink('reset', link),
  };
  const read = (kind: keyof typeof made, token: string, by = tokens) =>
    codeOf(() => (kind === 'session' ? by.readSession(token) : by.readLink(kind, token)));
  const kinds = Object.keys(made) as (keyof typeof made)[];
  for (const kind of kinds) {
    for (const other of kinds) assert.equal(read(kind, made[other]) === 'accepted', kind === other, `${other} as ${kind}`);
    assert.notEqual(read(kind, made[kind], createTokens(keys, 'https://other.test')), 'accepted');
    assert.notEqual(read(kind, made[kind], createTokens(otherKeys, issuer)), 'accepted');
  }
});

test('sessions.refresh: a key that signs no more is still good to read by', () => {
  const [older, newer] = [keys, otherKeys];
  const both = { ...newer, signing: [...newer.signing, ...older.signing] };
  const before = createTokens(older, issuer).signSession(session).token;
  const tokens = createTokens(both, issuer);
  assert.deepEqual(tokens.readSession(before).sid, session.sid);
  assert.equal(decodeProtectedHeader(tokens.signSession(session).token).kid, newer.signing[0]?.kid);
  assert.equal(
    codeOf(() => createTokens(newer, issuer).readSession(before)),
    'session.missing',
  );
  assert.throws(() => createTokens({ ...keys, signing: [] }, issuer), /signing key/);
});

const kind = { typ: 'a+jwt', audience: 'here', seconds: 60, claims: ['one', 'two'] };
const jwts = createJwts(keys, issuer, kind);
/** Signed by us, with claims that we would not write. */
const odd = (claims: Record<string, unknown>) => jwts.write({ one: '1', two: '2', ...claims } as never);

test('sessions.refresh: a token of ours with other claims is worth nothing, whichever is missing or of another type', () => {
  assert.equal(at(0, () => jwts.read(odd({}))).one, '1');
  const [now, text] = [1_000_000_000, 'x'];
  const bad: Record<string, unknown>[] = [
    ...['iss', 'aud', 'iat', 'exp', 'jti', 'one', 'two'].map((name) => ({ [name]: undefined })),
    ...['iss', 'aud'].map((name) => ({ [name]: text })),
    ...['iat', 'exp', 'nbf'].map((name) => ({ [name]: String(now) })),
    ...['jti', 'one', 'two'].map((name) => ({ [name]: 1 })),
    { iat: now + 6, exp: now + 60 },
    { nbf: now + 6 },
    { nbf: null },
    { exp: now + 61 },
    { iat: now - 1, exp: now + 60 },
    { exp: now - 5 },
  ];
  for (const claims of bad) assert.throws(() => at(0, () => jwts.read(odd(claims))), Error, JSON.stringify(claims));
  for (const claims of [
    { nbf: now },
    { nbf: now + 5 },
    { nbf: now - 99 },
    { iat: now + 5, exp: now + 65 },
    { exp: now + 60 },
    { exp: now - 4 },
  ])
    assert.equal(at(0, () => jwts.read(odd(claims))).two, '2', JSON.stringify(claims));
});

test('sessions.refresh: a token with any sign changed, added or left out is refused', () => {
  const token = at(0, () => jwts.write({ one: '1', two: '2' }));
  const signatureAt = token.lastIndexOf('.') + 1;
  for (let place = 0; place < token.length - 1; place += 1) {
    const other = token[place] === 'A' ? 'B' : 'A';
    const changed = token.slice(0, place) + other + token.slice(place + 1);
    assert.throws(() => at(0, () => jwts.read(changed)), Error, `place ${place}`);
    if (place < signatureAt)
      assert.throws(() => at(0, () => jwts.read(token.slice(0, place) + token.slice(place + 1))), Error, `without ${place}`);
  }
  for (const text of ['', '.', '..', 'a.b.c', token.slice(0, -3), `${token}.${token.slice(signatureAt)}`, ` ${token}`])
    assert.throws(() => at(0, () => jwts.read(text)), Error, text);
});
