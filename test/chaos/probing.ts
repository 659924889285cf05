import assert from 'node:assert/strict';
import type { Agency } from '../support/agency.ts';
import type { Page } from '../support/page.ts';
import type { ChaosWorld } from './world.ts';

/** Somebody who has signed up. */
export async function openClient(agency: Agency): Promise<Page> {
  const page = await agency.openPage();
  await page.signUp();
  return page;
}

/** @param index which of the processes is asked */
export async function probe(world: ChaosWorld, path: string, index = 0): Promise<number> {
  const reply = await fetch(world.urlOf(index) + path);
  await reply.body?.cancel();
  return reply.status;
}

/** Asks every process until the answer is this one. */
export async function becomes(world: ChaosWorld, path: string, status: number, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (const [index] of world.processes().entries()) {
    while ((await probe(world, path, index)) !== status) {
      assert.ok(Date.now() < deadline, `${path} of process ${index} is still not ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
