import twilio from 'twilio';
import type { TwilioAccount } from '../../demo-site/sandbox/twilio/objects.ts';

type Asked = Parameters<InstanceType<typeof twilio.RequestClient>['request']>[0];

/** The SDK for an account, with every host of Twilio replaced by the sandbox. */
export function twilioAt(url: string, { sid, authToken }: Pick<TwilioAccount, 'sid' | 'authToken'>) {
  class Requests extends twilio.RequestClient {
    override async request<TData>(asked: Asked & { data?: TData }) {
      return super.request({ ...asked, uri: asked.uri.replace(/^https:\/\/[^/]+/, url) });
    }
  }
  return twilio(sid, authToken, { httpClient: new Requests({ timeout: 2000 }) });
}
