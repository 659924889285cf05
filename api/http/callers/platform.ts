import { timingSafeEqual } from 'node:crypto';
import { refuse } from '../../contract/refusal.ts';
import { fingerprint } from '../../security/digest.ts';
import { type CallerKind, MEBIBYTE } from './kind.ts';

/** The platform's operator. */
export interface PlatformCaller {
  kind: 'platform';
}

/** Operators send the platform's key, and never from a page. */
export const platformKind: CallerKind<PlatformCaller> = {
  isPresented: ({ bearer }) => bearer?.startsWith('wlk_') === true,
  async authenticate({ req, bearer = '' }, { keys }) {
    if (req.headers.origin !== undefined) refuse('key.in_browser');
    return isSame(bearer, keys.platformKey) ? { kind: 'platform' } : refuse('key.refused');
  },
  admit(_platform, { platform }) {
    if (!platform) refuse('scope.missing');
  },
  nameOf: () => 'platform',
  usualLimits: [{ per: ['address'], count: 600, seconds: 60 }],
  arrivingBytesMax: 64 * MEBIBYTE,
  inWords: "the platform's key",
  scheme: { name: 'platformKey', definition: { type: 'http', scheme: 'bearer' } },
  actorOf: () => 'platform',
};

const isSame = (one: string, other: string) => timingSafeEqual(Buffer.from(fingerprint(one)), Buffer.from(fingerprint(other)));
