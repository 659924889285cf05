import assert from 'node:assert/strict';
import { readKeys } from '../../../api/security/keys.ts';
import { createTokens } from '../../../api/security/tokens.ts';
import { bareTokens } from '../floors/tokens.ts';
import { answerBench, costOf } from './answer.ts';

const keys = (await readKeys({ dataDir: '', fromEnvironment: process.env.LIVERY_KEYS })) ?? assert.fail('there are no keys');
const tokens = createTokens(keys, 'http://127.0.0.1');
const bare = bareTokens(process.env.LIVERY_KEYS ?? '');
const claims = {
  agencyId: 'agn_example',
  world: 'test.0',
  clientId: 'cli_example',
  subject: 'sub_example',
  memberId: 'mem_example',
  sid: 'ses_example',
  scopes: ['balance:read', 'credits:buy'],
} as const;

const mint = async () => (await tokens.signSession(claims)).token;
const sample = await mint();
const many = (count: number) => Promise.all(Array.from({ length: count }, mint));

answerBench({
  url: () => '',
  mint: (count: number) =>
    costOf(count, async () => {
      for (let index = 0; index < count; index += 1) await mint();
    }),
  mintBare: (count: number) =>
    costOf(count, async () => {
      for (let index = 0; index < count; index += 1) bare.sign(sample);
    }),
  /** Each token is new, so that nothing is remembered of it. */
  async verify(count: number) {
    const fresh = await many(count);
    return costOf(count, async () => {
      for (const token of fresh) await tokens.readSession(token);
    });
  },
  async verifyBare(count: number) {
    const fresh = await many(count);
    return costOf(count, async () => {
      for (const token of fresh) assert(bare.verify(token));
    });
  },
});
