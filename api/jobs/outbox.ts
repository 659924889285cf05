import { backOff } from '../domain/due/due.ts';
import { nextMailDueAt, noteMailTroubles, onMailWritten, type PostOffice, sendPending } from '../domain/mail/outbox.ts';
import type { Deps } from '../ports/index.ts';
import { startRounds } from './rounds.ts';

/** Longest wait of mails that another process left behind. */
const ROUND_MS = 15_000;
/** Longest pause while the mail server is away. */
const AWAY_MAX_MS = 5 * 60_000;

/**
 * Sends the mails in the outbox: at once when this process queues one, and in rounds when others are due.
 * @returns `stop`, which waits for the mail being sent
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

/** Returns the milliseconds until the next mail is due. */
async function restMs(): Promise<number> {
  const dueAt = await nextMailDueAt();
  return dueAt ? Math.min(Math.max(dueAt.getTime() - Date.now(), 100), ROUND_MS) : ROUND_MS;
}
