import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import '../../api/app.ts';
import type { ErrorCode, Output } from '../../api/contract/index.ts';
import { makeKeys } from '../../api/security/keys.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { Agency, codeOf } from '../support/agency.ts';
import { call, type Reply } from '../support/call.ts';
import { openEngine } from '../support/engine.ts';
import { type Hostile, type Moment, moments, mongo, openHostile } from '../support/hostile.ts';
import { ApiLog, inTime } from '../support/outside.ts';
import type { Page } from '../support/page.ts';
import { type ApiProcess, dataFolder, ready, spawnApi } from '../support/process.ts';
import { until } from '../support/until.ts';

const engine = await openEngine();
after(() => engine.close());
const behind = { path: decodeURIComponent(/^mongodb:\/\/([^/]+)\//.exec(engine.uri)?.[1] ?? '') };
const keys = makeKeys();

const codes: readonly (ErrorCode | undefined)[] = ['server.no_database', 'server.busy'];
/** Time in which every answer must come. The driver waits for a silent server, and then selects another. */
const SECONDS = 25;
const WORLDS = 4;

/** An API process whose connection to the database can fail, with a client of an agency. */
class World {
  readonly api: ApiProcess;
  readonly log: ApiLog;
  readonly database: Hostile;
  readonly agency: Agency;
  readonly page: Page;
  #credits = 0;

  private constructor({ api, log, database, agency, page }: Pick<World, 'api' | 'log' | 'database' | 'agency' | 'page'>) {
    this.api = api;
    this.log = log;
    this.database = database;
    this.agency = agency;
    this.page = page;
  }

  static async open(slug: string): Promise<World> {
    const database = await openHostile(mongo, { behind });
    await database.heal();
    const api = spawnApi({
      DATA_DIR: await dataFolder(),
      PORT: String(await freePort()),
      MONGODB_URI: `mongodb://127.0.0.1:${database.port}/test?directConnection=true`,
      LIVERY_KEYS: JSON.stringify(keys),
      LIVERY_SANDBOX: '1',
      LIVERY_LIMIT_FACTOR: '100000',
      SMTP_URL: 'smtp://127.0.0.1:1',
    });
    await ready(api);
    const origin = `https://${slug}.test`;
    const body = { name: slug, slug, origins: [origin], plan: { centsPer100Credits: 4000, currency: 'EUR' }, minutesMillis: 1_000_000 };
    const created = await call<Output<'agencies.create'>>(`${api.url}/v1/agencies.create`, { key: keys.platformKey, body });
    assert.equal(created.status, 200, JSON.stringify(created.body));
    const agency = new Agency({ url: api.url, origin, keys: created.body.keys, id: created.body.id, slug });
    const page = await agency.openPage();
    await page.signUp();
    return new World({ api, log: new ApiLog(api), database, agency, page });
  }

  /** Lists the faults found while the database fails like this, and after its repair. */
  async findFaults(moment: Moment, isMidway: boolean): Promise<string[]> {
    const name = `${isMidway ? 'midway' : 'new'}, ${moment}`;
    const key = { 'Idempotency-Key': `${moment} ${isMidway}`.replaceAll(' ', '-') };
    const allocate = () =>
      this.agency.try('credits.allocate', { clientId: this.page.clientId, amountMillis: 1000, description: 'A gift' }, key);
    if (isMidway) this.database.failMidway(moment);
    else await this.database.fail(moment);
    const asked: [string, Promise<Reply<unknown>>][] = [
      ['read', this.page.try('credits.balance', {})],
      ['write', allocate()],
    ];
    const wrong = await Promise.all(asked.map(([what, answer]) => this.#judge(`${what}, ${name}`, answer)));
    await this.log.lives();
    await this.database.heal();
    await until(async () => (await fetch(`${this.api.url}/readyz`)).ok, `the database after ${name}`);
    assert.equal((await allocate()).status, 200);
    this.#credits += 1000;
    if ((await this.page.balance()).available !== this.#credits) wrong.push([`${name}: ${this.#credits} were given`]);
    return wrong.flat();
  }

  async #judge(name: string, asked: Promise<Reply<unknown>>): Promise<string[]> {
    const answer = await inTime(asked, SECONDS);
    if (!answer) return [`${name}: no answer in ${SECONDS} s`];
    const code = codeOf(answer);
    if (answer.status !== 503 || !codes.includes(code)) return [`${name}: ${answer.status} ${code}`];
    const said = await this.log.about(answer);
    return said.length === 1 && /^(Mongo|PoolCleared)/.test(said[0]?.cause?.name ?? '')
      ? []
      : [`${name}: the log says ${JSON.stringify(said)}`];
  }
}

/** Started one after the other, because a start uses the processor most. */
const worlds: World[] = [];
for (let world = 0; world < WORLDS; world += 1) worlds.push(await World.open(`world-${world}`));

test('a failing database SX1: at any moment each request is refused in time, and nothing is lost', async () => {
  const cells = [
    ...moments.filter((moment) => moment !== 'refused' && moment !== 'closed after connect').map((moment) => [moment, true] as const),
    ...moments.map((moment) => [moment, false] as const),
  ].values();
  const wrong: string[] = [];
  // A world that has finished a cell takes the next one, so that none waits for slow cells.
  const endureAll = async (world: World) => {
    for (const [moment, isMidway] of cells) wrong.push(...(await world.findFaults(moment, isMidway)));
  };
  await Promise.all(worlds.map(endureAll));
  assert.deepEqual(wrong, []);
});
