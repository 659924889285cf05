import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { type AppDeps, createApp } from '../../../api/app.ts';
import { connectDatabase } from '../../../api/database/connect.ts';
import { createDirectory } from '../../../api/domain/directory/directory.ts';
import { fulfilments } from '../../../api/domain/fulfilments.ts';
import { createLimits } from '../../../api/domain/limits/limits.ts';
import { agencyById, saveSettings } from '../../../api/models/agency.ts';
import { insertPurchase, noteSession, type Purchase } from '../../../api/models/purchase.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { createDocuments } from '../../../api/providers/documents/documents.ts';
import { createMailer } from '../../../api/providers/mail.ts';
import { createVoice } from '../../../api/providers/retell/retell.ts';
import { createTrunks } from '../../../api/providers/sip/sip.ts';
import { createPayments } from '../../../api/providers/stripe/stripe.ts';
import { createTelephony } from '../../../api/providers/twilio/twilio.ts';
import { createWeb } from '../../../api/providers/web/web.ts';
import { readKeys } from '../../../api/security/keys.ts';
import { seal } from '../../../api/security/seal.ts';
import { createTokens } from '../../../api/security/tokens.ts';
import { listenHere } from '../floors/listen.ts';
import { answerBench } from './answer.ts';

// The API with one replacement: Stripe's answer to the read of a session, which is not measured.
const offer = {
  memberId: 'mem_bench',
  item: { priceId: 'price_bench' },
  name: '100 credits',
  credits: 100_000,
  priceCents: 4000,
  currency: 'EUR',
} as const;
const scope = { agencyId: process.env.AGENCY_ID ?? '', world: 'test.0' } as const;
const people = Array.from({ length: 100 }, (_, index): ClientScope => ({ ...scope, clientId: `cli_${index}`, subject: `sub_${index}` }));

await connectDatabase({ uri: process.env.MONGODB_URI, dataDir: '', log: { info: () => {} } });
const keys = (await readKeys({ dataDir: '', fromEnvironment: process.env.LIVERY_KEYS })) ?? assert.fail('there are no keys');
const logger = pino({ level: 'info', base: null }, { write: () => {} });
const deps: AppDeps = {
  now: () => new Date(),
  keys,
  tokens: createTokens(keys, 'http://127.0.0.1'),
  directory: createDirectory(),
  fulfilments,
  limits: createLimits({ factor: 1_000_000 }),
  trustedProxies: 0,
  payments: { ...createPayments({ apiUrl: 'http://127.0.0.1:9' }), readCheckout: async (_access, id) => paidSession(id) },
  telephony: createTelephony(),
  trunks: createTrunks(),
  voice: createVoice(),
  web: createWeb(),
  documents: createDocuments(),
  mailer: createMailer(undefined),
  troubles: new Set(),
  mailDomain: 'mail.test',
  allowsLivePayments: false,
  publicUrl: 'http://127.0.0.1',
  log: logger,
  logger,
  draining: new AbortController().signal,
  reached: () => {},
  embedDir: 'dist/embed',
  isDatabaseReachable: async () => true,
};

const paidSession = (id: string) => ({
  id,
  url: null,
  status: 'complete' as const,
  paymentStatus: 'paid' as const,
  paymentFailed: false,
  amountTotalCents: offer.priceCents,
  currency: 'eur',
  livemode: false,
  clientReferenceId: id.replace('cs_', 'pur_'),
  metadata: { wl_agency: scope.agencyId, wl_world: scope.world, wl_purchase: id.replace('cs_', 'pur_') },
  paymentIntentId: id.replace('cs_', 'pi_'),
  expiresAt: null,
});

const url = await listenHere(createApp(deps));
answerBench({
  url: () => url,
  /** Stores the secret of event signatures with the agency. */
  async secret(secret: string) {
    const agency = (await agencyById(scope.agencyId)) ?? assert.fail('there is no such agency');
    const sealed = (field: string) => seal(keys, { agencyId: agency._id, field: `stripe.test.${field}` }, secret);
    const ids = { publishableKey: 'pk_test_bench', productId: 'prod_bench', priceId: 'price_bench', webhookId: 'we_bench' };
    await saveSettings(agency, 'test', {
      stripe: { ...ids, secretKey: sealed('secretKey'), webhookSecret: sealed('webhookSecret') },
    });
  },
  /** Inserts open purchases: pur_<from>, pur_<from + 1> and so on. */
  async purchases({ from, count }: { from: number; count: number }) {
    for (let index = from; index < from + count; index += 1) {
      const client = people[index % people.length]!;
      await insertPurchase(client, { ...offer, _id: `pur_${index}`, createdAt: new Date() });
      await noteSession(client, `pur_${index}`, { id: `cs_${index}`, url: null });
    }
  },
  /** Counts purchases that were not credited. */
  unpaid: () => mongoose.connection.collection<Purchase>('purchases').countDocuments({ state: { $ne: 'paid' } }),
  /** Inserts purchases settled in the past. */
  async past(count: number) {
    const purchases = mongoose.connection.collection<Purchase>('purchases');
    const [one] = await purchases.find().limit(1).toArray();
    assert(one, 'there is a purchase to copy');
    for (let start = 0; start < count; start += 5000) {
      const ids = Array.from({ length: Math.min(5000, count - start) }, (_, index) => start + index);
      const facts = (id: number) => ({
        _id: `pur_past${id}`,
        sessionId: `cs_past${id}`,
        paymentId: `pi_past${id}`,
        state: 'paid' as const,
      });
      await purchases.insertMany(ids.map((id) => ({ ...one, ...facts(id) })));
    }
  },
});
