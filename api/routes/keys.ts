import { listKeys, rotateKey } from '../domain/agencies/keys.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const keyRoutes = (deps: Deps): Route[] => [
  answer('keys.list', async ({ access }) => listKeys(access)),
  // A key makes none that may do more than itself.
  answer('keys.rotate', ({ access }, input) => rotateKey(access, { ...input, permissions: access.permissions }, deps)),
];
