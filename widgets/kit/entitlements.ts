import type { Output } from '../../api/contract/index.ts';
import type { Kit } from './kit.ts';
import { type Refused, refusalOf } from './refused.ts';

type Entitlements = Pick<Output<'entitlements.read'>, 'planId' | 'planName' | 'features'>;

/**
 * The rights of a page's client, shared by all elements that ask. The page's first answer tells it; it is read again
 * whenever somebody else signs in and whenever credits move, as they do when a plan is paid.
 */
export class ClientEntitlements {
  readonly #kit: Kit;
  #asked = '';
  /** Undefined until it is known, null where nobody is signed in. */
  now: Entitlements | null | undefined;
  refused: Refused | undefined;

  constructor(kit: Kit) {
    this.#kit = kit;
    const { account, balance, data } = kit;
    const first = data?.entitlements;
    if (account && first) {
      this.now = first;
      this.#asked = `${account.clientId}/${balance?.seq}`;
    }
    kit.watch(() => this.#follow());
    this.#follow();
  }

  /** Reads them again, e.g. after a change of plan that cost nothing. */
  async read(): Promise<void> {
    const asked = this.#asked;
    try {
      const found = await this.#kit.read('entitlements.read', {});
      if (asked !== this.#asked) return;
      this.now = found;
      this.refused = undefined;
    } catch (error) {
      this.refused = refusalOf(error);
    }
    this.#kit.changed();
  }

  #follow(): void {
    const { account, balance, data } = this.#kit;
    if (!data) return;
    const asked = account ? `${account.clientId}/${balance?.seq}` : 'nobody';
    if (asked === this.#asked) return;
    const sameClient = asked.split('/')[0] === this.#asked.split('/')[0];
    this.#asked = asked;
    if (!account) this.now = null;
    else {
      if (!sameClient) this.now = undefined;
      void this.read();
    }
  }
}

const known = new WeakMap<Kit, ClientEntitlements>();

/** Reads the rights of a kit's client once for all elements that ask. */
export function entitlementsOf(kit: Kit): ClientEntitlements {
  const entitlements = known.get(kit) ?? new ClientEntitlements(kit);
  known.set(kit, entitlements);
  return entitlements;
}
