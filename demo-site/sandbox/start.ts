import { createServer } from 'node:http';
import express from 'express';
import { Clock, type ClockControl } from './clock.ts';
import { controlRoutes } from './control/routes.ts';
import { type FaultControl, Faults } from './faults/faults.ts';
import { listen } from './listen.ts';
import { Inbox } from './mail/inbox.ts';
import { smtpServer } from './mail/smtp.ts';
import { pageRoutes } from './pages/routes.ts';
import { type Phones, phones } from './phone/phone.ts';
import { type Answer, ring } from './phone/ring.ts';
import { reset } from './reset.ts';
import { retellApi } from './retell/api.ts';
import { type RetellControl, retellControl } from './retell/control.ts';
import type { RetellCore } from './retell/core.ts';
import { openState } from './state-file.ts';
import { stripeApi } from './stripe/api.ts';
import { type StripeControl, stripeControl } from './stripe/control.ts';
import type { Core } from './stripe/core.ts';
import { expireOverdue } from './stripe/payments.ts';
import { WebhookDelivery } from './stripe/webhook-delivery.ts';
import { type TrunkControl, trunkControl } from './trunk/control.ts';
import { openTrunk } from './trunk/server.ts';
import { Trunk } from './trunk/trunk.ts';
import { twilioApi } from './twilio/api.ts';
import { type TwilioControl, twilioControl } from './twilio/control.ts';

export type { Chance, Fault, FaultControl } from './faults/faults.ts';
export type { Step } from './faults/kinds.ts';
export type { Mail } from './mail/inbox.ts';
export type { PhoneMessage } from './phone/phone.ts';
export type { RetellControl } from './retell/control.ts';
export type { RetellAccount } from './retell/objects.ts';
export type { StripeControl } from './stripe/control.ts';
export type { TrunkControl } from './trunk/control.ts';
export type { TwilioControl } from './twilio/control.ts';
export type { TwilioAccount } from './twilio/objects.ts';
export type { Account } from './world.ts';

export interface SandboxOptions {
  /** HTTP port; 0 takes any free one. */
  port?: number;
  smtpPort?: number;
  /** UDP and TCP; any free port by default. */
  sipPort?: number;
  host?: string;
  /** File that keeps the state; absent: only in memory. */
  stateFile?: string;
  /** Receives lines for the sandbox's operator; standard error by default. */
  say?: (line: string) => void;
  /** First gap before a webhook is repeated, in milliseconds; each further gap is three times as long. */
  retryGapMillis?: number;
  /** Processing time of a knowledge base, by the sandbox's clock. */
  processingMillis?: number;
}

export interface Sandbox extends Controls {
  /** Address of Stripe's API, the hosted pages and the inbox, without a slash at the end. */
  url: string;
  /** Replaces every host of Twilio. */
  twilioUrl: string;
  retellUrl: string;
  smtpUrl: string;
  /** Address of the SIP trunk, for UDP and TCP. */
  sip: { host: string; port: number };
  close(): Promise<void>;
}

interface Controls {
  stripe: StripeControl;
  twilio: TwilioControl;
  phone: Phones;
  /** Calls a number, and says who answers. */
  ring(phoneNumber: string): Answer;
  retell: RetellControl;
  trunk: TrunkControl;
  faults: FaultControl;
  clock: ClockControl;
  mail: Pick<Inbox, 'list' | 'read' | 'waitForMail'>;
  /** Resets everything except accounts, their keys and Stripe's payments. */
  reset(): void;
}

/**
 * Starts small versions of all providers: Stripe with hosted Checkout pages and signed webhooks, Twilio with phones that ring, Retell's
 * knowledge bases, the far end of a SIP trunk, and a mail server with an inbox.
 * @throws Error one sentence, if a port is taken or the state file is damaged
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 4200, smtpPort = 4225, sipPort = 0, host = '127.0.0.1' } = options;
  const { app, core, inbox, trunk, controls, state } = build(options);
  const server = createServer(app);
  const closers: (() => Promise<unknown>)[] = [() => new Promise((resolve) => server.close(resolve))];
  core.url = `http://${host}:${await listen(server, port, host, 'SANDBOX_PORT')}`;
  const smtp = smtpServer(inbox, controls.faults);
  const closeAll = async () => {
    server.closeAllConnections();
    for (const close of closers) await close();
    state.close();
  };
  const orClose = async (error: unknown) => {
    await closeAll();
    throw error;
  };
  const mailPort = await listen(smtp.server, smtpPort, host, 'SANDBOX_SMTP_PORT').catch(orClose);
  closers.push(() => new Promise<void>((resolve) => smtp.close(resolve)));
  const sip = await openTrunk(trunk, sipPort, host).catch(orClose);
  closers.push(sip.close);
  core.webhooks.resume();
  const overdue = setInterval(() => expireOverdue(core), 10_000);

  let closing: Promise<void> | undefined;
  async function end(): Promise<void> {
    clearInterval(overdue);
    await core.webhooks.close();
    await closeAll();
  }
  return {
    ...controls,
    url: core.url,
    twilioUrl: `${core.url}/twilio`,
    retellUrl: `${core.url}/retell`,
    smtpUrl: `smtp://${host}:${mailPort}`,
    sip: { host, port: sip.port },
    close: () => (closing ??= end()),
  };
}

/** Builds everything except the listeners. */
function build({ stateFile, retryGapMillis = 1000, processingMillis = 1000, say = toStandardError }: SandboxOptions) {
  const state = openState(stateFile);
  const { world, changed } = state;
  const faults = new Faults(say);
  const webhooks = new WebhookDelivery({ world, gapMillis: retryGapMillis, changed, faults });
  const core: Core = { world, webhooks, url: '', changed };
  const retellCore: RetellCore = { world, processingMillis, failing: { bases: 0 }, changed };
  const clock = new Clock(world, changed);
  clock.on('moved', () => expireOverdue(core));
  const inbox = new Inbox(world, changed);
  const trunk = new Trunk(world);
  const controls = {
    stripe: stripeControl(core, faults),
    twilio: twilioControl(world, changed),
    phone: phones(world),
    ring: (phoneNumber: string) => ring(world, phoneNumber),
    retell: retellControl(retellCore),
    trunk: trunkControl(world, trunk, changed),
    faults,
    clock,
    mail: inbox,
    reset: () => reset(retellCore, clock, faults),
  };
  const app = express().disable('x-powered-by');
  app.use('/twilio', twilioApi({ world, faults, changed }));
  app.use('/retell', retellApi(retellCore, faults));
  app.use(stripeApi(core, faults));
  app.use('/sandbox', controlRoutes(controls));
  app.use(pageRoutes({ core, inbox, phone: controls.phone, clock, faults, trunk: controls.trunk }));
  return { app, core, inbox, trunk, controls, state };
}

const toStandardError = (line: string): void => void process.stderr.write(`${line}\n`);
