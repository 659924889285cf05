import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerBench } from '../measured/answer.ts';
import { type Holder, openBalances } from './balance.ts';
import { listenHere } from './listen.ts';

// The smallest form: no framework, and a verified token is remembered until it expires.
const { signing } = JSON.parse(process.env.LIVERY_KEYS ?? '') as { signing: { jwk: JsonWebKey }[] };
const { d: _private, ...jwk } = signing[0]!.jwk;
const key = createPublicKey({ key: jwk, format: 'jwk' });
const verified = new Map<string, Holder>();
const readBalance = await openBalances(process.env.MONGODB_URI ?? '');

function holderOf(token: string): Holder | undefined {
  const known = verified.get(token);
  if (known) return known.exp * 1000 > Date.now() ? known : undefined;
  const [head, payload = '', signature = ''] = token.split('.');
  if (!verify(null, Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'))) return undefined;
  const holder = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Holder;
  verified.set(token, holder);
  return holder;
}

async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const holder = holderOf(req.headers.authorization?.slice('Bearer '.length) ?? '');
  const balance = holder && (await readBalance(holder));
  const body = JSON.stringify(balance ?? {});
  res.writeHead(balance ? 200 : 401, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
}

const url = await listenHere((req, res) => void serve(req, res));
answerBench({ url: () => url });
