import { type Client, scopeOf } from '../../models/client.ts';
import { type Grant, mailboxIn } from '../../models/grant.ts';
import type { PhoneNumber } from '../../models/number.ts';
import type { Order } from '../../models/order.ts';
import type { DocumentSeal, Register } from '../../models/register.ts';
import type { Seals } from '../../security/seals.ts';
import { claimText, orderText, pauseText, planPromiseText, planText, promiseText, releaseText } from '../seals/documents.ts';
import type { Findings } from './findings.ts';

const NAME = "what clients were promised, are on, ordered and gave back carries the seal of this server's keys";

const inWords: Record<DocumentSeal, string> = {
  promise: 'promises of free credits',
  plan: 'clients on a plan',
  order: 'orders',
  release: 'releases of numbers',
  claim: 'claims of free credits',
};

/**
 * Checks the seals of documents that no transfer proves. Documents older than such seals have none; there may be no more of them than
 * registered.
 */
export class SealedDocuments {
  readonly #findings: Findings;
  readonly #seals: Seals;
  readonly #most: Record<DocumentSeal, number> | undefined;
  readonly #unsealed = new Map<DocumentSeal, Set<string>>();

  /**
   * @param newest the newest register when the audit began
   * @param now real time
   */
  constructor(findings: Findings, { seals, newest, now }: { seals: Seals; newest: Register | null; now: Date }) {
    findings.expect(NAME);
    this.#findings = findings;
    this.#seals = seals;
    const unsealed = newest?.unsealed;
    // Older processes may write without seals until then.
    this.#most = unsealed && unsealed.until <= now ? unsealed.counts : undefined;
  }

  client(client: Client): void {
    const { _id, promiseSeal, planSeal } = client;
    this.#look('promise', _id, promiseSeal, promiseText(client));
    for (const [planId, promise] of Object.entries(client.planFree ?? {}))
      this.#look('promise', `${planId} of ${_id}`, promise.seal, planPromiseText(scopeOf(client), planId, promise));
    if (planSeal === undefined) this.#lacks('plan', _id);
  }

  /** Tells whether a process with the keys set the client's plan; undefined without a seal. */
  isPlanSealed(client: Client): boolean | undefined {
    const { planSeal, _id: clientId } = client;
    return planSeal === undefined ? undefined : planSeal === this.#seals.of('plan', planText({ ...client, clientId }, client));
  }

  order(order: Order): void {
    this.#look('order', order._id, order.seal, orderText(order));
  }

  number(row: PhoneNumber): void {
    if (row.state === 'released') this.#look('release', row._id, row.releaseSeal, releaseText(row));
    const text = row.state === 'released' ? undefined : pauseText(row);
    if (text !== undefined && row.pauseSeal !== this.#seals.of('pause', text))
      this.#findings.add(NAME, { what: row._id }, 'how long its rent stood still was changed, or written by somebody else');
  }

  claim(claim: Grant): void {
    this.#look('claim', `the claim of ${claim.clientId}`, claim.seal, claimText(claim, mailboxIn(claim)));
  }

  #look(kind: DocumentSeal, what: string, seal: string | undefined, text: string): void {
    if (seal === undefined) this.#lacks(kind, what);
    else if (seal !== this.#seals.of(kind, text))
      this.#findings.add(NAME, { what }, `its ${kind} was changed, or written by somebody else`);
  }

  #lacks(kind: DocumentSeal, what: string): void {
    const others = this.#unsealed.get(kind) ?? new Set();
    this.#unsealed.set(kind, others.add(what));
    if (this.#most?.[kind] === 0) this.#findings.add(NAME, { what }, `its ${kind} has no seal: somebody else has written it`);
  }

  end(): void {
    for (const [kind, { size: now }] of this.#unsealed) {
      const most = this.#most?.[kind];
      if (most === 0) continue; // each was reported by itself
      const what = inWords[kind];
      if (most !== undefined && now > most)
        this.#findings.add(NAME, { what }, `${now} carry no seal, and ${most} did when they were registered`);
      else this.#findings.remark(`${now} ${what} carry no seal, as they were stored before there were such seals.`);
    }
  }
}
