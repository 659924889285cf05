import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import type { Output } from '../../../api/contract/index.ts';
import { warnOfIncomplete } from '../../../api/domain/agencies/activation.ts';
import { type Agency, codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { call } from '../../support/call.ts';
import { loseField, neededFields } from '../agencies/portal-fields.ts';

const api = await startApi();

/** Takes a field away at once, and returns the way to put it back. */
async function lose(agency: Agency, path: string): Promise<() => Promise<void>> {
  const putBack = await loseField(agency, path);
  api.deps.directory.forget();
  return async () => {
    await putBack();
    api.deps.directory.forget();
  };
}

const closed = { notice: 'This service is not available at the moment.', noticeCode: 'none', clientsOnly: true };
const openToAll = { notice: null, noticeCode: null, clientsOnly: undefined };
const noticeIn = ({ notice, noticeCode, clientsOnly }: Output<'bootstrap.read'>) => ({ notice, noticeCode, clientsOnly });
const hostedPage = ({ slug }: Agency) => fetch(`${api.url}/p/${slug}`);

test('accounts.signUp MT15 SH38 SH61 G7: a live portal without a needed field takes nobody in, with it again it does', async () => {
  const agency = await api.createAgency({ stripe: 'live' });
  for (const [field, path] of Object.entries(neededFields)) {
    const putBack = await lose(agency, path);
    const visitor = await agency.openPage();
    const { status, body } = await visitor.try('accounts.signUp', visitor.form());
    assert.deepEqual({ status, code: codeOf({ body }) }, { status: 403, code: 'agency.unavailable' }, field);
    assert.deepEqual(noticeIn(await visitor.bootstrap()), closed, field);
    const { active, missing } = await agency.call('portal.read', {});
    assert.deepEqual({ active, missing }, { active: false, missing: [field] });
    await putBack();
    assert.deepEqual(noticeIn(await visitor.bootstrap()), openToAll, field);
    await visitor.signUp();
    assert.equal((await agency.call('portal.read', {})).active, true);
  }
});

test('bootstrap.read MT15 SH38: a live portal that was made without Stripe is closed, and a test one is open', async () => {
  const agency = await api.createAgency({ stripe: false });
  const [live, trial] = [await agency.live.openPage(), await agency.openPage()];
  assert.deepEqual(noticeIn(await live.bootstrap()), closed);
  assert.equal(codeOf(await live.try('accounts.signUp', live.form())), 'agency.unavailable');
  assert.equal((await trial.bootstrap()).notice, null);
  await trial.signUp();
  const agencies = mongoose.connection.collection<{ _id: string }>('agencies');
  await agencies.updateOne({ _id: agency.id }, { $set: { 'settings.live.portal.notice': 'We open on Monday.' } as never });
  api.deps.directory.forget();
  assert.deepEqual(noticeIn(await live.bootstrap()), { notice: 'We open on Monday.', noticeCode: 'own', clientsOnly: true });
});

test('credits.checkout MT15 G7: an incomplete live portal sells nothing, and its clients keep what they have', async () => {
  const agency = await api.createAgency({ stripe: 'live' });
  const page = await agency.openPage();
  await page.signUp();
  await agency.allocate(page.clientId, 5_000);
  const { packages } = await page.call('credits.packages', {});
  const choice = { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl };
  assert.equal((await page.try('credits.checkout', choice)).status, 200);
  const putBack = await lose(agency, neededFields['stripe.webhookSecret']);
  assert.equal(codeOf(await page.try('credits.checkout', choice)), 'agency.unavailable');
  const { notice, clientsOnly, packages: offered, account, balance } = await page.bootstrap();
  assert.deepEqual(
    {
      notice,
      clientsOnly,
      payable: offered.payable,
      blocked: offered.blocked?.code,
      clientId: account?.clientId,
      available: balance?.available,
    },
    { notice: null, clientsOnly: true, payable: false, blocked: 'payments.not_configured', clientId: page.clientId, available: 5_000 },
  );
  for (const kind of ['plan', 'numbers', 'knowledge'] as const)
    assert.equal((await page.call('credits.funds', { kind })).blocked?.code, 'payments.not_configured', kind);
  assert.equal((await page.call('credits.funds', { kind: 'calls' })).blocked, null);
  assert.equal((await page.call('credits.history', {})).things.length, 1);
  assert.equal((await page.call('accounts.read', {})).email, page.email);
  const { heldMillis } = await agency.call('calls.start', { clientId: page.clientId, callId: 'call-1', seconds: 60 });
  assert.equal(heldMillis, 1_000, 'calls go on');
  const another = await agency.openPage();
  await another.signIn(page.email);
  assert.equal((await another.balance()).available, 4_000);
  await putBack();
  assert.equal((await page.try('credits.checkout', choice)).status, 200);
});

test('portal.page MT15 SH38: without a needed field the hosted page offers clients their account and sells nothing', async () => {
  const agency = await api.createAgency({ stripe: 'live' });
  assert.match(await (await hostedPage(agency)).text(), /<wl-buy-credits>/);
  const putBack = await lose(agency, neededFields['stripe.webhookSecret']);
  const html = await (await hostedPage(agency)).text();
  for (const part of ['<wl-signup>', '<wl-statement>', '<wl-account>', agency.keys.live.publishable, 'noindex'])
    assert.ok(html.includes(part), part);
  assert.doesNotMatch(html, /<wl-(buy-credits|plans|number-purchase|knowledge-upload)>/);
  await putBack();
  assert.doesNotMatch(await (await hostedPage(agency)).text(), /noindex/);
});

test('agency.read MT15: an empty secret of a webhook is not set, and of a short one no end is told', async () => {
  const agency = await api.createAgency({ stripe: 'live' });
  const secretOf = async () => (await agency.call('agency.read', {})).stripe.webhookSecret;
  assert.equal((await secretOf()).set, true);
  await agency.call('agency.update', { stripe: { webhookSecret: 'whsec_short' } });
  assert.deepEqual(await secretOf(), { set: true, last4: null });
  assert.equal((await agency.call('portal.read', {})).active, true);
  await lose(agency, neededFields['stripe.webhookSecret']);
  assert.equal((await secretOf()).set, false);
});

test('portal.read MT15 SH38: the start warns of each portal in use that takes nobody in, and names what is missing', async () => {
  const [broken, served, trial, off] = [
    await api.createAgency({ stripe: 'live' }),
    await api.createAgency({ stripe: false }),
    await api.createAgency({ stripe: false }),
    await api.createAgency({ stripe: 'live' }),
  ];
  await lose(broken, neededFields['stripe.priceId']);
  await (await served.live.openPage()).enter();
  await (await trial.openPage()).enter();
  await off.call('agency.update', { portal: { active: false } });
  await lose(off, neededFields['stripe.priceId']);
  api.logs.length = 0;
  await warnOfIncomplete({ ...api.deps, log: api.deps.logger });
  const warned = api.logs.map((line) => JSON.parse(line)).filter(({ msg }) => /^portal\.incomplete: /.test(msg));
  const of = ({ id }: Agency) => warned.filter(({ agencyId }) => agencyId === id).map(({ level, missing }) => ({ level, missing }));
  assert.deepEqual(of(broken), [{ level: 40, missing: ['stripe.priceId'] }]);
  assert.deepEqual(of(served), [{ level: 40, missing: Object.keys(neededFields).filter((field) => field !== 'brand.companyName') }]);
  assert.deepEqual([...of(trial), ...of(off)], []);
});

test('knowledge.add MT15: what is refused on a page is refused to the agency, too, and it reads why', async () => {
  const agency = (await api.createAgency({ stripe: false })).live;
  const page = await agency.openPage();
  await page.enter();
  const item = { kind: 'text', name: 'Hours', text: 'We are open from 9 to 5.' } as const;
  const { status, body } = await agency.try('knowledge.add', { clientId: page.clientId, items: [item], totalMillis: 0 });
  assert.deepEqual({ status, code: codeOf({ body }) }, { status: 403, code: 'agency.unavailable' });
  const { missing } = await agency.call('portal.read', {});
  assert.equal(missing.length, 5);
  const { status: known } = await call(`${api.url}/v1/portal.read`, { key: agency.keys.live.secret, method: 'GET' });
  assert.equal(known, 200);
});
