import assert from 'node:assert/strict';
import express from 'express';
import { jwtVerify } from 'jose';
import { readKeys } from '../../../api/security/keys.ts';
import { answerBench } from '../measured/answer.ts';
import { type Holder, openBalances } from './balance.ts';
import { listenHere } from './listen.ts';

// The usual form: one Express route, and jose verifies the token of every request.
const keys = (await readKeys({ dataDir: '', fromEnvironment: process.env.LIVERY_KEYS })) ?? assert.fail('there are no keys');
const readBalance = await openBalances(process.env.MONGODB_URI ?? '');
const app = express();
app.get('/v1/credits.balance', async (req, res) => {
  const token = req.headers.authorization?.slice('Bearer '.length) ?? '';
  const { payload } = await jwtVerify(token, keys.signing[0]!.publicKey, { algorithms: ['EdDSA'], audience: 'widget-api' });
  const balance = await readBalance(payload as unknown as Holder);
  if (balance) res.json(balance);
  else res.sendStatus(404);
});
const url = await listenHere(app);
answerBench({ url: () => url });
