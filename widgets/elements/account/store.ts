import type { Input, Output } from '../../../api/contract/index.ts';
import type { Kit } from '../../kit/kit.ts';
import { pageAddress } from '../../kit/page-address.ts';
import { Actions } from '../../ui/actions.ts';
import { saveFile } from '../../ui/save-file.ts';
import { rememberVisit } from '../sign-up/was-here.ts';

export type OwnAccount = Output<'accounts.read'>;
export type Losses = Output<'accounts.deletion'>;
export type BoughtItem = Output<'purchases.list'>['purchases'][number];

/** The form that is open below its row. */
export type Open = 'email' | 'password' | 'delete' | undefined;

/** The account of the signed-in member, as it was read, and what is done with it. */
export class AccountStore extends Actions {
  readonly #kit: () => Kit | undefined;
  account: OwnAccount | undefined;
  purchases: BoughtItem[] | undefined;
  /** The purchase behind which older ones follow. */
  next: string | null = null;
  losses: Losses | undefined;
  open: Open;
  /** True once the account is gone, until somebody is signed in again. */
  deleted = false;
  /** How often other sessions were ended here. */
  endings = 0;
  /** The last thing that went well, in the name of its text, with its values. */
  done: { at: string; values?: Record<string, unknown> } | undefined;

  constructor(changed: () => void, kit: () => Kit | undefined) {
    super(changed);
    this.#kit = kit;
  }

  /** Forgets everything about a member who has left. */
  clear(): void {
    this.account = undefined;
    this.purchases = undefined;
    this.losses = undefined;
    this.open = undefined;
    this.done = undefined;
    this.refused = undefined;
  }

  readAccount(): Promise<boolean> {
    return this.#act('read', async (kit) => {
      this.account = await kit.read('accounts.read', {});
    });
  }

  readPurchases(before?: string): Promise<boolean> {
    return this.#act('purchases', async (kit) => {
      const { purchases, next } = await kit.read('purchases.list', before === undefined ? {} : { before });
      this.purchases = before === undefined ? purchases : [...(this.purchases ?? []), ...purchases];
      this.next = next;
    });
  }

  saveProfile(input: Input<'accounts.update'>): Promise<boolean> {
    return this.#act('profile', async (kit) => {
      this.account = await kit.call('accounts.update', input);
      const { memberId, firstName, lastName } = this.account;
      if (kit.account?.memberId === memberId) kit.account = { ...kit.account, firstName, lastName };
      kit.changed();
      this.done = { at: 'profile' };
    });
  }

  /** Turns a notice on or off. */
  saveNotices(notices: Partial<OwnAccount['notices']>): Promise<boolean> {
    return this.#act('notices', async (kit) => {
      this.account = await kit.call('accounts.update', { notices });
      this.done = { at: 'notices' };
    });
  }

  changeEmail(email: string, password: string | undefined): Promise<boolean> {
    return this.#act('email', async (kit) => {
      const input = { email, returnUrl: pageAddress(kit), ...(password !== undefined && { password }) };
      const { newEmail } = await kit.attempt('accounts.changeEmail', input);
      if (this.account) this.account = { ...this.account, newEmail };
      this.open = undefined;
    });
  }

  /** Sends the link again that confirms the present address. */
  sendVerification(): Promise<boolean> {
    return this.#act('verification', async (kit) => {
      await kit.attempt('accounts.sendVerification', { returnUrl: pageAddress(kit) });
      this.done = { at: 'verification' };
    });
  }

  /** Mails the link to a first password. */
  askPassword(email: string): Promise<boolean> {
    return this.#act('first', async (kit) => {
      await kit.call('accounts.requestReset', { email, returnUrl: pageAddress(kit) });
      this.done = { at: 'first' };
    });
  }

  keepEmail(): Promise<boolean> {
    return this.#act('email', async (kit) => {
      await kit.call('accounts.keepEmail', {});
      if (this.account) this.account = { ...this.account, newEmail: null };
    });
  }

  changePassword(input: Input<'accounts.changePassword'>): Promise<boolean> {
    return this.#act('password', async (kit) => {
      const values = await kit.call('accounts.changePassword', input);
      this.open = undefined;
      this.endings += 1;
      this.done = { at: 'password', values };
    });
  }

  /** Opens or closes a form; that of the deletion once it is known what would be lost. */
  async show(open: Open): Promise<void> {
    this.done = undefined;
    this.losses = undefined;
    this.open = open;
    this.forget();
    if (open === 'delete') await this.#readLosses();
  }

  #readLosses(): Promise<boolean> {
    return this.#act('delete', async (kit) => {
      this.losses = await kit.read('accounts.deletion', {});
    });
  }

  /** Deletes the account. If more would be lost by now, that is shown, and asked again. */
  async deleteAccount(confirmation: string, password: string | undefined): Promise<boolean> {
    const { losses } = this;
    if (!losses) return false;
    const isDone = await this.#act('delete', async (kit) => {
      const { lostMillis, numbers } = losses;
      const input = { confirmation, lostMillis, numbers: numbers.length, ...(password !== undefined && { password }) };
      await kit.call('accounts.delete', input);
      rememberVisit(kit.key, false);
      this.deleted = true;
      kit.tabs?.postMessage('signed-out');
      await kit.leave();
    });
    const { refused } = this;
    if (refused?.why.code !== 'deletion.changed') return isDone;
    await this.#readLosses();
    this.refuse('delete', refused.why);
    return false;
  }

  /** Fetches the receipt of a purchase and hands it to the browser as a file. */
  download({ purchaseId }: BoughtItem): Promise<boolean> {
    return this.#act(purchaseId, async (kit) => {
      const { fileName, pdf } = await kit.read('receipts.read', { purchaseId });
      saveFile(fileName, 'application/pdf', pdf);
    });
  }

  /** Does something for the member who is signed in. What comes for one who has left is not shown; the next one is read then. */
  async #act(at: string, work: (kit: Kit) => Promise<void>): Promise<boolean> {
    const kit = this.#kit();
    const memberId = kit?.account?.memberId;
    if (!kit || this.busy) return false;
    const isDone = await this.do(at, () => work(kit));
    if (kit.account?.memberId === memberId) return isDone;
    this.clear();
    if (kit.account && kit.session.may('account:write')) void this.readAccount();
    return isDone;
  }
}
