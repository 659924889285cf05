import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import mongoose from 'mongoose';
import { answerBench } from '../measured/answer.ts';
import { listenHere } from './listen.ts';

// The simplest form: the signature, the purchase, and one insert, as durable as ours, that is the transfer and detects a repetition.
const secret = process.env.WEBHOOK_SECRET ?? '';
await mongoose.connect(process.env.MONGODB_URI ?? '', { maxPoolSize: 20 });
const database = mongoose.connection.getClient().db();
const purchases = database.collection('purchases');
const transfers = database.collection<{ _id: string; postings: object[]; at: Date }>('bare-webhook');
const writeConcern = { w: 1, journal: true } as const;

function isSigned(body: Buffer, header = ''): boolean {
  const { t = '', v1 = '' } = Object.fromEntries(header.split(',').map((part) => part.split('=')));
  if (Math.abs(Date.now() / 1000 - Number(t)) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${t}.`).update(body).digest();
  const given = Buffer.from(v1, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  if (!isSigned(body, String(req.headers['stripe-signature']))) return void res.writeHead(400).end();
  const session = JSON.parse(body.toString()).data.object;
  const purchase = await purchases.findOne({ agencyId: session.metadata.wl_agency, sessionId: session.id });
  if (!purchase) return void res.writeHead(503).end();
  const postings = [
    { account: `client.${purchase.subject}`, amount: purchase.credits },
    { account: 'issued', amount: -purchase.credits },
  ];
  try {
    await transfers.insertOne({ _id: session.id, postings, at: new Date() }, { writeConcern });
  } catch (error) {
    if ((error as { code?: number }).code !== 11_000) throw error; // a repetition
  }
  res.writeHead(200, { 'Content-Type': 'application/json' }).end('{"received":true}');
}

const url = await listenHere((req, res) => void serve(req, res));
answerBench({ url: () => url });
