import { knownVisitor, readBootstrap } from '../domain/bootstrap/bootstrap.ts';
import { brandOf } from '../domain/directory/brand.ts';
import { answer, answerKnown, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const brandRoutes = (deps: Deps): Route[] => [
  answer('brand.read', async ({ access }) => brandOf(access.agency, deps.log)),
  answerKnown(
    'bootstrap.read',
    ({ access }, input) => knownVisitor(access, input, deps),
    ({ access }, input, { url }) => readBootstrap(access, input, { url, deps }),
  ),
];
