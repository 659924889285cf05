import type { AgencyScope, ClientScope } from '../../models/scope.ts';
import { endedAmong } from '../../models/session.ts';
import type { Deps } from '../../ports/index.ts';

/** Delay until an open stream is cut off. */
const ROUND_MS = 2_000;
/** Clocks of processes differ, and a round may be late. */
const OVERLAP_MS = 15_000;

type Watched = Pick<Deps, 'directory' | 'draining' | 'log'>;
interface Stream {
  scope: AgencyScope;
  sid: string;
  cut: AbortController;
}

const streams = new Set<Stream>();
let timer: NodeJS.Timeout | undefined;

/**
 * Returns a signal that aborts when any process ends the session or suspends its client or agency. Each round asks the database once for
 * all open streams of this process, and once for their agencies.
 * @param done ends the watching
 */
export function untilCutOff({ scope, sid }: { scope: ClientScope; sid: string }, done: AbortSignal, deps: Watched): AbortSignal {
  const stream = { scope, sid, cut: new AbortController() };
  streams.add(stream);
  timer ??= setInterval(() => void look(deps), ROUND_MS).unref();
  done.addEventListener('abort', () => {
    streams.delete(stream);
    if (streams.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
  return stream.cut.signal;
}

async function look({ directory, draining, log }: Watched): Promise<void> {
  try {
    const sids = [...streams].map(({ sid }) => sid);
    const ended = new Set(await endedAmong(sids, new Date(Date.now() - OVERLAP_MS)));
    const stopped = new Set<string>();
    for (const scope of new Map([...streams].map((stream) => [stream.scope.agencyId, stream.scope])).values()) {
      const access = await directory.byScope(scope);
      if (!access || access.agency.suspended) stopped.add(scope.agencyId);
    }
    for (const { sid, scope, cut } of streams) if (ended.has(sid) || stopped.has(scope.agencyId)) cut.abort();
  } catch (error) {
    if (streams.size === 0 || draining.aborted) return; // nobody listens any more
    log.error({ err: error }, 'revocation.read_failed: it could not be read who was cut off; it is tried again');
  }
}
