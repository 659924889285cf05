import { listKeys, rotateKey } from '../domain/keys.ts';
import type { Deps } from '../domain/ports.ts';
import { answer, type Route } from '../http/route.ts';

export const keyRoutes = (deps: Deps): Route[] => [
  answer('keys.list', async ({ access }) => listKeys(access)),
  answer('keys.rotate', ({ access }, input) => rotateKey(access, input, deps)),
];
