import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { type Agency, codeOf } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';
import { call } from '../../../support/call.ts';

const { createAgency, sandbox, url, platformKey } = await startApi();
const DAY_SECONDS = 24 * 3600;

const rename = (agency: Agency, slug: string) => agency.live.try('agency.update', { slug });
const openAgency = () => createAgency({ stripe: false, packages: [] });
const stored = (agency: Agency) => mongoose.connection.collection('agencies').findOne({ _id: agency.id as never });
const found = async (slug: string) => (await fetch(`${url}/p/${slug}`, { redirect: 'manual' })).headers.get('location');
const sentenceOf = ({ body }: { body: unknown }) => (body as { error?: { message: string } }).error?.message;

/** Renames an agency until it is refused. */
async function renameThrough(agency: Agency, base: string) {
  const taken: string[] = [];
  for (let time = 1; ; time += 1) {
    const reply = await rename(agency, `${base}-${time}`);
    if (reply.status !== 200) return { taken, reply };
    taken.push(`${base}-${time}`);
  }
}

test('agency.update SX28: an agency cannot collect names by renaming, and is told until when', async () => {
  const agency = await openAgency();
  const { taken, reply } = await renameThrough(agency, 'squat');
  const day = new Date(sandbox.clock.now().getTime() + 90 * DAY_SECONDS * 1000).toISOString().slice(0, 10);
  assert.deepEqual(
    { times: taken.length, status: reply.status, code: codeOf(reply), message: sentenceOf(reply) },
    {
      times: 5,
      status: 409,
      code: 'slug.renamed_often',
      message: `An agency keeps 5 former slugs for 90 days each. It can be renamed again from ${day} on, or back to one of them now.`,
    },
  );
  assert.equal((await stored(agency))?.formerSlugs.length, 5);
  assert.equal((await rename(agency, 'squat-2')).status, 200, 'back to one of its own');
  assert.equal((await rename(agency, 'squat-5')).status, 200);
  assert.equal(codeOf(await rename(agency, 'squat-7')), 'slug.renamed_often');
});

test('agency.update SX28 RT24: a former slug leads to its agency alone, until another takes it after 90 days', async () => {
  const [agency, other] = [await openAgency(), await openAgency()];
  const former = agency.slug;
  await rename(agency, `moved-${former}`);
  sandbox.clock.advance(89 * DAY_SECONDS);
  assert.equal(codeOf(await rename(other, former)), 'slug.taken');
  assert.equal(await found(former), `/p/moved-${former}`);
  sandbox.clock.advance(2 * DAY_SECONDS);
  assert.equal(await found(former), `/p/moved-${former}`, 'it leads there as long as nobody wants it');
  assert.equal((await rename(other, former)).status, 200);
  assert.equal(await found(other.slug), `/p/${former}`);
  assert.equal((await fetch(`${url}/p/${former}`)).status, 200);
  const kept = await stored(agency);
  assert.deepEqual({ formerSlugs: kept?.formerSlugs, slugsLeft: kept?.slugsLeft }, { formerSlugs: [], slugsLeft: {} });
  const plan = { centsPer100Credits: 4000, currency: 'EUR' };
  const slug = other.slug;
  const early = await call(`${url}/v1/agencies.create`, { key: platformKey, body: { name: 'X', slug, plan } });
  assert.equal(codeOf(early), 'slug.taken', 'a new agency waits as well');
  sandbox.clock.advance(91 * DAY_SECONDS);
  assert.equal((await call(`${url}/v1/agencies.create`, { key: platformKey, body: { name: 'X', slug, plan } })).status, 200);
});

test('agency.update SX28: after 90 days there is room for another name, and the oldest is free', async () => {
  const [agency, other] = [await openAgency(), await openAgency()];
  await renameThrough(agency, 'later');
  sandbox.clock.advance(91 * DAY_SECONDS);
  assert.equal((await rename(agency, 'later-6')).status, 200);
  assert.equal((await stored(agency))?.formerSlugs.length, 5);
  assert.equal((await rename(other, agency.slug)).status, 200);
});

test('agency.update SX28: of two that take one free slug at once, one gets it', async () => {
  const agencies = [await openAgency(), await openAgency(), await openAgency()];
  const replies = await Promise.all(agencies.map((agency) => rename(agency, 'wanted-by-all')));
  assert.deepEqual(replies.map((reply) => codeOf(reply) ?? 'ok').sort(), ['ok', 'slug.taken', 'slug.taken']);
});

test('agency.update SX28: slugs given up before that time was stored stay with their agency', async () => {
  const [agency, other] = [await openAgency(), await openAgency()];
  await mongoose.connection.collection('agencies').updateOne({ _id: agency.id as never }, { $set: { formerSlugs: ['left-long-ago'] } });
  sandbox.clock.advance(200 * DAY_SECONDS);
  assert.equal(codeOf(await rename(other, 'left-long-ago')), 'slug.taken');
  await rename(agency, `renamed-${agency.slug}`);
  sandbox.clock.advance(91 * DAY_SECONDS);
  assert.equal((await rename(other, 'left-long-ago')).status, 200, 'from the next renaming on their time is known');
});
