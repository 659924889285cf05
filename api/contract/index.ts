import type { z } from 'zod';
import { accountOperations } from './accounts/accounts.ts';
import { clientOperations } from './accounts/clients.ts';
import { ownAccountOperations } from './accounts/own.ts';
import { sessionOperations } from './accounts/sessions.ts';
import { agencyOperations } from './agencies/agencies.ts';
import { keyOperations } from './agencies/keys.ts';
import { packageOperations } from './agencies/packages.ts';
import { portalOperations } from './agencies/portal.ts';
import { agencyPublishOperations } from './agencies/publish.ts';
import { testWorldOperations } from './agencies/test-worlds.ts';
import { brandOperations } from './bootstrap/brand.ts';
import { callOperations } from './calls/calls.ts';
import { usageOperations } from './calls/usage.ts';
import { creditOperations } from './credits/credits.ts';
import { exportOperations } from './credits/export.ts';
import { historyOperations } from './credits/history.ts';
import { liveOperations } from './credits/live.ts';
import { purchaseOperations } from './credits/purchases.ts';
import { deletionOperations } from './deletions.ts';
import { integrationOperations } from './integrations.ts';
import { journalOperations } from './journal.ts';
import { agentOperations } from './knowledge/agents.ts';
import { knowledgeOperations } from './knowledge/knowledge.ts';
import { numberConnectOperations } from './numbers/connect.ts';
import { inventoryOperations } from './numbers/inventory.ts';
import { numberOperations } from './numbers/numbers.ts';
import { orderOperations } from './orders.ts';
import { paymentOperations } from './payments.ts';
import { planOperations } from './plans.ts';
import { receiptOperations } from './receipts.ts';
import { systemOperations } from './system.ts';

/** Every operation of the API by its name. No other exists. */
export const contract = {
  ...brandOperations,
  ...accountOperations,
  ...ownAccountOperations,
  ...sessionOperations,
  ...deletionOperations,
  ...creditOperations,
  ...historyOperations,
  ...exportOperations,
  ...purchaseOperations,
  ...receiptOperations,
  ...orderOperations,
  ...planOperations,
  ...packageOperations,
  ...numberOperations,
  ...numberConnectOperations,
  ...inventoryOperations,
  ...integrationOperations,
  ...knowledgeOperations,
  ...agentOperations,
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
  ...paymentOperations,
  ...systemOperations,
};

export type Contract = typeof contract;
export type OperationName = keyof Contract;
/** The input that a caller sends. */
export type Input<Name extends OperationName> = z.input<Contract[Name]['input']>;
/** The input that the domain gets: parsed, with defaults. */
export type Parsed<Name extends OperationName> = z.output<Contract[Name]['input']>;
/** The output of the domain and of the API. */
export type Output<Name extends OperationName> = z.output<Contract[Name]['output']>;

export type { ErrorBody, ErrorCode, ErrorType, PlainCode } from './errors/index.ts';
export type { AgencyPermission, Callers, Operation, TokenScope } from './operation.ts';
