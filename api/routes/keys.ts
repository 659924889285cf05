import { listKeys, rotateKey } from '../domain/agencies/keys.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const keyRoutes = (deps: Deps): Route[] => [
  answer('keys.list', async ({ access }) => listKeys(access)),
  answer('keys.rotate', ({ access }, input) => rotateKey(access, input, deps)),
];
