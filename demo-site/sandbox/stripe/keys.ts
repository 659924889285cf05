import type { Account, Vault, World } from '../world.ts';
import type { Request } from './parameters.ts';
import { noKey, noRight, wrongKey } from './refusals.ts';
import { rightFor } from './rights.ts';

/**
 * Returns the vault of a request's secret key, sent as a bearer token or as the user name of basic auth.
 * @throws StripeRefusal 401 for an unknown key, 403 for a publishable one or a restricted one without the permission
 */
export function unlock(world: World, authorization: string | undefined, request: Request): Vault {
  const key = keyIn(authorization);
  if (!key) throw noKey();
  for (const account of world.accounts) {
    const livemode = modeOf(account, key);
    const vault = world.vaults.find((one) => one.accountId === account.id && one.livemode === livemode);
    if (!vault) continue;
    const rights = account.restrictedKeys?.[key]?.rights;
    const right = rightFor(request);
    if (rights && !rights.includes(right) && !rights.includes(right.replace(/_read$/, '_write'))) throw noRight(key, account.id, right);
    return vault;
  }
  throw wrongKey(key);
}

function modeOf({ secretKey, liveSecretKey, restrictedKeys = {} }: Account, key: string): boolean | undefined {
  if (key === secretKey || key === liveSecretKey) return key === liveSecretKey;
  return Object.hasOwn(restrictedKeys, key) ? restrictedKeys[key]?.livemode : undefined;
}

function keyIn(authorization = ''): string | undefined {
  const [scheme, value = ''] = authorization.split(' ');
  if (scheme?.toLowerCase() === 'bearer') return value.trim();
  if (scheme?.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString().split(':')[0];
  return undefined;
}
