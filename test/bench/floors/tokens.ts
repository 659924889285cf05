import { createPrivateKey, createPublicKey, type JsonWebKey, sign, verify } from 'node:crypto';

/** Signs and verifies the signed bytes of a token with Ed25519 by node:crypto alone. */
export function bareTokens(keys: string) {
  const { signing } = JSON.parse(keys) as { signing: { jwk: JsonWebKey }[] };
  const privateKey = createPrivateKey({ key: signing[0]!.jwk, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  const signed = (token: string) => Buffer.from(token.slice(0, token.lastIndexOf('.')));
  return {
    sign: (token: string): Buffer => sign(null, signed(token), privateKey),
    verify: (token: string): boolean =>
      verify(null, signed(token), publicKey, Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')),
  };
}
