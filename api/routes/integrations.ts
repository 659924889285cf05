import { connectTelephony, connectVoice, describeIntegrations, disconnectProvider } from '../domain/integrations/provider-accounts.ts';
import { listInventory, offerNumber } from '../domain/numbers/inventory.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const integrationRoutes = (deps: Deps): Route[] => [
  answer('integrations.read', ({ access }) => describeIntegrations(access)),
  answer('integrations.connectTelephony', ({ access }, input) => connectTelephony(access, input, deps)),
  answer('integrations.connectVoice', ({ access }, input) => connectVoice(access, input, deps)),
  answer('integrations.disconnect', ({ access }, input) => disconnectProvider(access, input)),
  answer('inventory.list', ({ access }) => listInventory(access, deps)),
  answer('inventory.offer', ({ access }, input) => offerNumber(access, input, deps)),
];
