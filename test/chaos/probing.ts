import type { Agency } from '../support/agency.ts';
import type { Page } from '../support/page.ts';
import { until } from '../support/until.ts';
import type { ChaosWorld } from './world.ts';

/** Opens a client that has signed up. */
export async function openClient(agency: Agency): Promise<Page> {
  const page = await agency.openPage();
  await page.signUp();
  return page;
}

/** @param index of the process to ask */
export async function probe(world: ChaosWorld, path: string, index = 0): Promise<number> {
  const reply = await fetch(world.urlOf(index) + path);
  await reply.body?.cancel();
  return reply.status;
}

/** Asks every process until it answers this status. */
export async function becomes(world: ChaosWorld, path: string, status: number, withinMs = 20_000): Promise<void> {
  const all = world
    .processes()
    .map(async (_, index) =>
      until(async () => (await probe(world, path, index)) === status, `${status} for ${path} from process ${index}`, withinMs / 1000),
    );
  await Promise.all(all);
}
