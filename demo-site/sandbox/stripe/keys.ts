import type { Vault, World } from '../world.ts';
import { noKey, wrongKey } from './refusals.ts';

/**
 * The vault that a request's secret key opens; the key comes as a bearer token or as the user name of basic auth.
 * @throws StripeRefusal 401 without a known key, 403 with a publishable one
 */
export function unlock(world: World, authorization: string | undefined): Vault {
  const key = keyIn(authorization);
  if (!key) throw noKey();
  for (const account of world.accounts) {
    const livemode = account.liveSecretKey === key;
    if (!livemode && account.secretKey !== key) continue;
    const vault = world.vaults.find((one) => one.accountId === account.id && one.livemode === livemode);
    if (vault) return vault;
  }
  throw wrongKey(key);
}

function keyIn(authorization = ''): string | undefined {
  const [scheme, value = ''] = authorization.split(' ');
  if (scheme?.toLowerCase() === 'bearer') return value.trim();
  if (scheme?.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString().split(':')[0];
  return undefined;
}
