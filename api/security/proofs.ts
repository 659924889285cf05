import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose';
import { refuse } from '../contract/refusal.ts';
import { fingerprint } from './digest.ts';

/**
 * Allowed error of a visitor's clock. Wide, because a wrong time zone must not sign anybody out. A proof is still good only once, and only
 * with the refresh token that it was made for.
 */
const LEEWAY_SECONDS = 26 * 3600;
/** Longest age of a proof. */
const AGE_SECONDS = 60;

/**
 * How long an accepted proof is remembered: as long as it could be accepted (the leeway before its time until the leeway after its age),
 * plus an hour for differences between our processes' clocks. Forgotten proofs are too old to be accepted.
 */
export const PROOF_MEMORY_MS = (2 * LEEWAY_SECONDS + AGE_SECONDS + 3600) * 1000;

/** Returns the thumbprint of a page's public key (RFC 7638). */
export const thumbprint = (publicKey: { kty: string; crv: string; x: string; y: string }): Promise<string> =>
  calculateJwkThumbprint(publicKey as JWK);

/**
 * Checks that the page which sent the refresh token holds its key (DPoP, RFC 9449).
 * @param url full address of the call, without its query
 * @returns the key's thumbprint and the proof's id, which must be accepted only once. Refuses with `proof.refused`.
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
      clockTolerance: LEEWAY_SECONDS, // jose adds it to the age, and subtracts it from the earliest time
      maxTokenAge: AGE_SECONDS,
    });
    const bound = payload.htm === 'POST' && payload.htu === url && payload.ath === fingerprint(refreshToken);
    if (!bound || typeof payload.jti !== 'string' || payload.jti.length > 100) refuse('proof.refused');
    return { jkt: await calculateJwkThumbprint(protectedHeader.jwk as JWK), jti: payload.jti };
  } catch (cause) {
    return refuse('proof.refused', { cause });
  }
}
