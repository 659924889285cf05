import type { z } from 'zod';
import { accountOperations } from './accounts.ts';
import { agencyOperations } from './agencies.ts';
import { agencyPublishOperations } from './agencies-publish.ts';
import { brandOperations } from './brand.ts';
import { callOperations } from './calls.ts';
import { clientOperations } from './clients.ts';
import { creditOperations } from './credits.ts';
import { integrationOperations } from './integrations.ts';
import { journalOperations } from './journal.ts';
import { keyOperations } from './keys.ts';
import { knowledgeOperations } from './knowledge.ts';
import { liveOperations } from './live.ts';
import { numberOperations } from './numbers.ts';
import { numberConnectOperations } from './numbers-connect.ts';
import { orderOperations } from './orders.ts';
import { packageOperations } from './packages.ts';
import { planOperations } from './plans.ts';
import { portalOperations } from './portal.ts';
import { purchaseOperations } from './purchases.ts';
import { sessionOperations } from './sessions.ts';
import { systemOperations } from './system.ts';
import { testWorldOperations } from './test-worlds.ts';
import { usageOperations } from './usage.ts';

/** Every operation of the API by its name. What is not in here does not exist. */
export const contract = {
  ...brandOperations,
  ...accountOperations,
  ...sessionOperations,
  ...creditOperations,
  ...purchaseOperations,
  ...orderOperations,
  ...planOperations,
  ...packageOperations,
  ...numberOperations,
  ...numberConnectOperations,
  ...integrationOperations,
  ...knowledgeOperations,
  ...usageOperations,
  ...callOperations,
  ...liveOperations,
  ...clientOperations,
  ...agencyOperations,
  ...agencyPublishOperations,
  ...testWorldOperations,
  ...keyOperations,
  ...journalOperations,
  ...portalOperations,
  ...systemOperations,
};

export type Contract = typeof contract;
export type OperationName = keyof Contract;
/** What a caller sends. */
export type Input<Name extends OperationName> = z.input<Contract[Name]['input']>;
/** What the domain gets: parsed, with defaults. */
export type Parsed<Name extends OperationName> = z.output<Contract[Name]['input']>;
/** What the domain returns and the caller gets. */
export type Output<Name extends OperationName> = z.output<Contract[Name]['output']>;

export type { ErrorBody, ErrorCode, ErrorType, PlainCode } from './errors/index.ts';
export type { AgencyPermission, Callers, Operation, TokenScope } from './operation.ts';
