import { watchBalance } from '../domain/credits/credits.ts';
import { answerStream, type Route } from '../http/route.ts';

export const liveRoutes = (): Route[] => [
  answerStream('live.stream', ({ access, scope }, { after }, { signal }) => watchBalance(access, scope, after, signal)),
];
