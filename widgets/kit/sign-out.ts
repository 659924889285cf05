import type { Kit } from './kit.ts';

/** Ends the session, here and in the other tabs. Works without a connection, too; the session then ends by itself. */
export async function signOut(kit: Kit): Promise<void> {
  await kit.call('sessions.end', {}).catch(() => {});
  kit.tabs?.postMessage('signed-out');
  await kit.leave();
}
