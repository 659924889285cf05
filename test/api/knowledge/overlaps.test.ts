import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { PART_BYTES_MAX } from '../../../api/contract/knowledge/knowledge.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { runs } from '../../support/runs.ts';
import { addSource, fileItem, findSource, openVoiceClient, sendPart, untilState } from './voice-client.ts';

const api = await startApi();
const { agency, page } = await openVoiceClient(api, { credits: 1_000 });
const urls = [agency.url, await api.beside()];

/**
 * Sends parts that begin at one offset to two processes, all at once.
 * @returns their answers
 */
async function sendAtOnce(sourceId: string, content: Buffer, offset: number, lengths: readonly number[]) {
  const sent = lengths.map(async (length, index) => {
    const sender = Object.assign(Object.create(page), { agency: Object.assign(Object.create(agency), { url: urls[index % 2] }) });
    return sendPart(sender, { sourceId, offset }, content.subarray(offset, offset + length));
  });
  return Promise.all(sent);
}

/** Reads the stored parts, the first one first. */
async function readParts(sourceId: string): Promise<{ offset: number; bytes: number }[]> {
  const parts = mongoose.connection.collection('sourceparts').find({ sourceId }).sort({ offset: 1 });
  return (await parts.toArray()).map(({ offset, content }) => ({ offset, bytes: content.length() }));
}

/** Asserts that the stored parts follow each other and that their bytes are the counted ones. Returns these. */
async function assertCounted(sourceId: string): Promise<number> {
  let end = 0;
  for (const { offset, bytes } of await readParts(sourceId)) {
    assert.equal(offset, end, 'no part overlaps another');
    end += bytes;
  }
  assert.equal((await findSource(page, sourceId))?.receivedBytes, end);
  return end;
}

test('knowledge.upload SX3: of parts at one offset the stored bytes are counted, and no file exceeds its size', async () => {
  const content = Buffer.from('word '.repeat(2 * PART_BYTES_MAX)).subarray(0, PART_BYTES_MAX + 20);
  const { id } = await addSource(page, fileItem('Large.txt', content));
  for (let round = 0, at = 0; round < 6 && at <= 20; round += 1) {
    const replies = await sendAtOnce(id, content, at, [1, PART_BYTES_MAX, 1, 2]);
    assert.ok(replies.every((reply) => reply.status === 200 || codeOf(reply) === 'knowledge.part_misplaced'));
    at = await assertCounted(id);
    assert.ok(at > 0 && at <= content.length);
  }
});

test('knowledge.upload SX3: parts of any lengths sent at once make up exactly the file', async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 2, maxLength: 4 });
  let files = 0;
  const isWhole = async (rounds: number[][]) => {
    files += 1;
    const content = Buffer.from(`${files} `.repeat(1_000)).subarray(0, 1_000);
    const { id } = await addSource(page, fileItem(`File ${files}.txt`, content));
    for (const round of rounds) {
      const at = await assertCounted(id);
      if (at + Math.max(...round) < content.length) await sendAtOnce(id, content, at, round);
    }
    const last = await sendPart(page, { sourceId: id, offset: await assertCounted(id) }, content.subarray(await assertCounted(id)));
    assert.equal(last.status, 200);
    assert.equal((await untilState(page, id, 'ready')).receivedBytes, content.length);
    assert.deepEqual(await readParts(id), [], 'bytes that the provider has are not kept');
  };
  await fc.assert(fc.asyncProperty(fc.array(lengths, { minLength: 1, maxLength: 4 }), isWhole), { numRuns: runs(2) });
});
