import { advancePaidOrder } from '../domain/orders/orders.ts';
import type { Route } from '../http/route.ts';
import type { ServeDeps } from '../http/serve.ts';
import { accountRoutes } from './accounts.ts';
import { agencyRoutes } from './agencies.ts';
import { bootstrapRoutes } from './bootstrap.ts';
import { callRoutes } from './calls.ts';
import { creditRoutes } from './credits.ts';
import { deletionRoutes } from './deletions.ts';
import { integrationRoutes } from './integrations.ts';
import { journalRoutes } from './journal.ts';
import { knowledgeRoutes } from './knowledge.ts';
import { numberRoutes } from './numbers.ts';
import { orderRoutes } from './orders.ts';
import { paymentRoutes } from './payments.ts';
import { planRoutes } from './plans.ts';
import { receiptRoutes } from './receipts.ts';
import { type SystemState, systemRoutes } from './system.ts';

/** Lists all routes. */
export const listRoutes = (deps: ServeDeps & SystemState): Route[] => [
  ...bootstrapRoutes(deps),
  ...accountRoutes(deps),
  ...deletionRoutes(deps),
  ...creditRoutes(deps),
  ...receiptRoutes(deps),
  ...orderRoutes(deps),
  ...planRoutes(deps),
  ...numberRoutes(deps),
  ...integrationRoutes(deps),
  ...knowledgeRoutes(deps),
  ...callRoutes(deps),
  ...agencyRoutes(deps),
  ...journalRoutes(),
  ...paymentRoutes(deps, (purchase) => advancePaidOrder(purchase, deps)),
  ...systemRoutes(deps, deps),
];
