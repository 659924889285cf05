import assert from 'node:assert/strict';
import { readKeys } from '../../../api/security/keys.ts';
import { createTokens } from '../../../api/security/tokens.ts';
import { bareTokens } from '../floors/tokens.ts';
import { answerBench, measureCost } from './answer.ts';

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

const signToken = async () => (await tokens.signSession(claims)).token;
const sample = await signToken();
const signTokens = (count: number) => Promise.all(Array.from({ length: count }, signToken));

answerBench({
  url: () => '',
  mint: (count: number) =>
    measureCost(count, async () => {
      for (let index = 0; index < count; index += 1) await signToken();
    }),
  mintBare: (count: number) =>
    measureCost(count, async () => {
      for (let index = 0; index < count; index += 1) bare.sign(sample);
    }),
  /** Verifies new tokens only, so that none is remembered. */
  async verify(count: number) {
    const fresh = await signTokens(count);
    return measureCost(count, async () => {
      for (const token of fresh) await tokens.readSession(token);
    });
  },
  async verifyBare(count: number) {
    const fresh = await signTokens(count);
    return measureCost(count, async () => {
      for (const token of fresh) assert(bare.verify(token));
    });
  },
});
