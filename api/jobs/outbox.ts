import { backOff } from '../domain/due/due.ts';
import { nextMailDueAt, noteMailTroubles, onMailWritten, type PostOffice, sendPending } from '../domain/mail/outbox.ts';
import type { Deps } from '../ports/index.ts';
import { startRounds } from './rounds.ts';

/** Mails that another process left behind wait at most this long. */
const ROUND_MS = 15_000;
/** How long the mail server is left alone at most while it is away. */
const AWAY_MAX_MS = 5 * 60_000;

/**
 * Sends what is in the outbox: at once when this process writes a mail, and in rounds for whatever is due again.
 * @returns `stop`, which waits for the mail that is being sent
 */
export function startOutbox(post: PostOffice & Pick<Deps, 'troubles'>): { stop(): Promise<void> } {
  let awayRounds = 0;
  const rounds = startRounds(async () => {
    if (post.troubles.has('disk.full')) return ROUND_MS;
    try {
      const { isAway } = await sendPending(post);
      awayRounds = isAway ? awayRounds + 1 : 0;
      await noteMailTroubles(post.troubles, isAway);
      return isAway ? backOff(awayRounds - 1, ROUND_MS, AWAY_MAX_MS) : await restMs();
    } catch (error) {
      post.log.error({ err: error }, 'outbox.failed: it is read again later');
      return ROUND_MS;
    }
  });
  const forgetMails = onMailWritten(rounds.wake);
  return {
    stop() {
      forgetMails();
      return rounds.stop();
    },
  };
}

/** Until the next mail is due, in milliseconds. */
async function restMs(): Promise<number> {
  const dueAt = await nextMailDueAt();
  return dueAt ? Math.min(Math.max(dueAt.getTime() - Date.now(), 100), ROUND_MS) : ROUND_MS;
}
