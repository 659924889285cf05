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
import { openState } from './state-file.ts';
import { stripeApi } from './stripe/api.ts';
import { type StripeControl, stripeControl } from './stripe/control.ts';
import type { Core } from './stripe/core.ts';
import { Courier } from './stripe/courier.ts';
import { expireOverdue } from './stripe/payments.ts';
import { twilioApi } from './twilio/api.ts';
import { type TwilioControl, twilioControl } from './twilio/control.ts';

export type { Chance, FaultControl } from './faults/faults.ts';
export type { Step } from './faults/kinds.ts';
export type { Mail } from './mail/inbox.ts';
export type { StripeControl } from './stripe/control.ts';
export type { Account } from './world.ts';

export interface SandboxOptions {
  /** HTTP port; 0 takes any free one. */
  port?: number;
  smtpPort?: number;
  host?: string;
  /** Where the state outlives the process; absent = nowhere. */
  stateFile?: string;
  /** Where a line is told to whoever runs the sandbox; standard error unless given. */
  say?: (line: string) => void;
  /** First gap before a webhook is tried again, milliseconds; each further gap is three times as long. */
  retryGapMillis?: number;
}

export interface Sandbox {
  /** Address of Stripe's API, the hosted pages and the inbox, without a slash at the end. */
  url: string;
  smtpUrl: string;
  /** What stands for every host of Twilio. */
  twilioUrl: string;
  stripe: StripeControl;
  twilio: TwilioControl;
  phone: Phones;
  faults: FaultControl;
  clock: ClockControl;
  mail: Pick<Inbox, 'list' | 'read' | 'waitForMail'>;
  close(): Promise<void>;
}

/**
 * Starts the outside world in small: Stripe with hosted Checkout pages and signed webhooks, and a mail server with an inbox.
 * @throws Error one sentence, when a port is taken or the state file is damaged
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 4200, smtpPort = 4225, host = '127.0.0.1', stateFile, retryGapMillis = 1000, say = toStandardError } = options;
  const state = openState(stateFile);
  const faults = new Faults(say);
  const courier = new Courier({ world: state.world, gapMillis: retryGapMillis, changed: state.changed, faults });
  const core: Core = { world: state.world, courier, url: '', changed: state.changed };
  const stripe = stripeControl(core, faults);
  const clock = new Clock(state.world, state.changed);
  clock.on('moved', () => expireOverdue(core));
  const inbox = new Inbox(state.world, state.changed);
  const app = express().disable('x-powered-by');
  const { world, changed } = state;
  app.use('/twilio', twilioApi({ world, faults, changed }));
  app.use(stripeApi(core, faults));
  const twilio = twilioControl(world, changed);
  const phone = phones(world);
  app.use('/sandbox', controlRoutes({ stripe, twilio, faults, clock }));
  app.use(pageRoutes({ core, inbox, phone, clock, faults }));

  const server = createServer(app);
  core.url = `http://${host}:${await listen(server, port, host, 'SANDBOX_PORT')}`;
  const smtp = smtpServer(inbox, faults);
  const mailPort = await listen(smtp.server, smtpPort, host, 'SANDBOX_SMTP_PORT').catch((error: unknown) => {
    server.close();
    throw error;
  });
  courier.resume();
  const overdue = setInterval(() => expireOverdue(core), 10_000);

  let closing: Promise<void> | undefined;
  async function end(): Promise<void> {
    clearInterval(overdue);
    await courier.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => smtp.close(resolve));
    state.close();
  }
  return {
    url: core.url,
    twilioUrl: `${core.url}/twilio`,
    smtpUrl: `smtp://${host}:${mailPort}`,
    stripe,
    twilio,
    phone,
    faults,
    clock,
    mail: inbox,
    close: () => (closing ??= end()),
  };
}

const toStandardError = (line: string): void => void process.stderr.write(`${line}\n`);
