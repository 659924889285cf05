import { knownVisitor, readBootstrap } from '../domain/bootstrap.ts';
import { brandOf } from '../domain/brands.ts';
import type { Deps } from '../domain/ports.ts';
import { answer, answerKnown, type Route } from '../http/route.ts';

export const brandRoutes = (deps: Deps): Route[] => [
  answer('brand.read', async ({ access }) => brandOf(access.agency, deps.log)),
  answerKnown(
    'bootstrap.read',
    ({ access }, input) => knownVisitor(access, input, deps),
    ({ access }, input, { url }) => readBootstrap(access, input, { url, deps }),
  ),
];
