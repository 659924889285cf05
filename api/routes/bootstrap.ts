import { knownVisitor, readBootstrap, readBrand } from '../domain/bootstrap/bootstrap.ts';
import { answer, answerKnown, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const bootstrapRoutes = (deps: Deps): Route[] => [
  answer('brand.read', async ({ access }) => readBrand(access, deps)),
  answerKnown(
    'bootstrap.read',
    ({ access }, input) => knownVisitor(access, input, deps),
    ({ access }, input, { url }) => readBootstrap(access, input, { url, deps }),
  ),
];
