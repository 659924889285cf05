import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose';
import { refuse } from '../contract/refusal.ts';

/**
 * How far the clock of a visitor's machine may be off. Wide, because a wrong time zone must not sign anybody out;
 * a proof is still good only once, and only together with the refresh token it was made for.
 */
const LEEWAY_SECONDS = 26 * 3600;
/** How long a proof may be on its way. */
const AGE_SECONDS = 60;

/**
 * How long an accepted proof is remembered: as long as it would be accepted, which is from the leeway before its time to the leeway after
 * its age, and an hour for what the clocks of our own processes differ by. So what is forgotten is too old to come back.
 */
export const PROOF_MEMORY_MS = (2 * LEEWAY_SECONDS + AGE_SECONDS + 3600) * 1000;

/** The name of a page's public key (RFC 7638). */
export const thumbprint = (publicKey: { kty: string; crv: string; x: string; y: string }): Promise<string> =>
  calculateJwkThumbprint(publicKey as JWK);

/**
 * Checks that the page which sent the refresh token holds its key (DPoP, RFC 9449).
 * @param url the full address that was called, without its query
 * @returns the name of the key and the proof's own id, which must be accepted once only. Refuses with `proof.refused`.
 */
export async function readProof(
  proof: string,
  { url, refreshToken }: { url: string; refreshToken: string },
): Promise<{ jkt: string; jti: string }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: ['ES256'],
      typ: 'dpop+jwt',
      requiredClaims: ['jti', 'htm', 'htu', 'iat', 'ath'],
      clockTolerance: LEEWAY_SECONDS, // added to the age, and to the moment before which nothing is accepted
      maxTokenAge: AGE_SECONDS,
    });
    const bound =
      payload.htm === 'POST' && payload.htu === url && payload.ath === createHash('sha256').update(refreshToken).digest('base64url');
    if (!bound || typeof payload.jti !== 'string' || payload.jti.length > 100) refuse('proof.refused');
    return { jkt: await calculateJwkThumbprint(protectedHeader.jwk as JWK), jti: payload.jti };
  } catch (cause) {
    return refuse('proof.refused', { cause });
  }
}
