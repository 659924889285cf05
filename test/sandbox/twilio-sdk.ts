import twilio from 'twilio';
import type { TwilioAccount } from '../../demo-site/sandbox/start.ts';
import { openSandbox } from './open.ts';

type Asked = Parameters<InstanceType<typeof twilio.RequestClient>['request']>[0];

/** Returns the SDK for an account, with every host of Twilio replaced by the sandbox. */
export function twilioAt(url: string, { sid, authToken }: Pick<TwilioAccount, 'sid' | 'authToken'>) {
  class Requests extends twilio.RequestClient {
    override async request<TData>(asked: Asked & { data?: TData }) {
      return super.request({ ...asked, uri: asked.uri.replace(/^https:\/\/[^/]+/, url) });
    }
  }
  return twilio(sid, authToken, { httpClient: new Requests({ timeout: 2000 }) });
}

type Context = Parameters<typeof openSandbox>[0];

/** Opens a sandbox with an account at Twilio, and its SDK. */
export async function openTwilio(t: Context, given: { numbers?: number; trial?: boolean } = {}) {
  const { sandbox } = await openSandbox(t);
  const account = sandbox.twilio.createAccount('Northwind Voice', given);
  return { sandbox, account, client: twilioAt(sandbox.twilioUrl, account) };
}
