import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { refuse } from '../../contract/refusal.ts';
import type { PaymentEvent } from '../../ports/index.ts';

/** Longest age of a signed event. Never 0, because the SDK then ignores the age. */
const TOLERANCE_SECONDS = 300;

/** The SDK's types allow it to be missing, and then nothing would be checked. */
const signatures = Stripe.webhooks.signature ?? assert.fail('the SDK cannot check signatures');

/** Verifies the signature over the raw bytes before it reads them. See the port for its refusals. */
export function verifyEvent(body: Buffer, signature: string | undefined, secret: string): PaymentEvent {
  if (!signature?.trim() || !secret.trim()) refuse('webhook.signature_refused');
  checkSignature(body, signature, secret);
  const event = asRecord(parsed(body)) ?? refuse('webhook.event_unreadable');
  if (event.object === 'v2.core.event') refuse('webhook.event_thin');
  const { id, type, livemode } = event;
  const about = asRecord(asRecord(event.data)?.object);
  if (typeof id !== 'string' || typeof type !== 'string' || typeof livemode !== 'boolean' || !about) {
    return refuse('webhook.event_unreadable');
  }
  const payment = type.startsWith('payment_intent.') ? about.id : about.payment_intent;
  // A few kinds of objects, such as a balance, have no id.
  return { id, type, livemode, objectId: asText(about.id) ?? '', paymentId: asText(payment) };
}

function checkSignature(body: Buffer, signature: string, secret: string): void {
  try {
    signatures.verifyHeader(body, signature, secret, TOLERANCE_SECONDS);
  } catch (cause) {
    refuse('webhook.signature_refused', { cause });
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    return refuse('webhook.event_unreadable', { cause });
  }
}

const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;

const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null);
