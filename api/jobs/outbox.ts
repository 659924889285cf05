import { nextMailDueAt, onMailWritten, type PostOffice, sendPending } from '../domain/mails.ts';
import { startRounds } from './rounds.ts';

/** Mails that another process left behind wait at most this long. */
const ROUND_MS = 15_000;

/**
 * Sends what is in the outbox: at once when this process writes a mail, and in rounds for whatever is due again.
 * @returns `stop`, which waits for the mail that is being sent
 */
export function startOutbox(post: PostOffice): { stop(): Promise<void> } {
  const rounds = startRounds(() => round(post));
  const forgetMails = onMailWritten(rounds.wake);
  return {
    stop() {
      forgetMails();
      return rounds.stop();
    },
  };
}

/** @returns how long to rest, in milliseconds */
async function round(post: PostOffice): Promise<number> {
  try {
    await sendPending(post);
    const dueAt = await nextMailDueAt();
    return dueAt ? Math.min(Math.max(dueAt.getTime() - Date.now(), 100), ROUND_MS) : ROUND_MS;
  } catch (error) {
    post.log.error({ err: error }, 'the outbox could not be read; it is tried again');
    return ROUND_MS;
  }
}
