import { connectTelephony, connectVoice, describeIntegrations, disconnectProvider } from '../domain/integrations/provider-accounts.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const integrationRoutes = (deps: Deps): Route[] => [
  answer('integrations.read', ({ access }) => describeIntegrations(access)),
  answer('integrations.connectTelephony', ({ access }, input) => connectTelephony(access, input, deps)),
  answer('integrations.connectVoice', ({ access }, input) => connectVoice(access, input, deps)),
  answer('integrations.disconnect', ({ access }, input) => disconnectProvider(access, input)),
];
