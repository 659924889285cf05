import type { TwilioRequests } from '../schemas/twilio.ts';
import type { World } from '../world.ts';
import type { TwilioAccount } from './objects.ts';

/** Parameters under Twilio's encoded names: FriendlyName for the SDK's friendlyName. */
export type OnWire<Parameters> = {
  [Name in keyof Parameters as Name extends 'pageNumber' ? 'Page' : Capitalize<string & Name>]: Parameters[Name];
};

export type Parameters<Request extends keyof TwilioRequests> = OnWire<TwilioRequests[Request]>;

/** A request to Twilio with known credentials and checked parameters. */
export interface Call<Given> {
  world: World;
  account: TwilioAccount;
  parameters: Given;
  /** Values from the path: `:country`, `:type`, `:sid`. */
  named: Record<string, string>;
  /** The requested path, with Twilio's own beginning. */
  path: string;
  /** Seconds since 1970, by the sandbox's clock. */
  now: number;
}

/** `Thu, 30 Jul 2015 23:19:04 +0000` */
export const rfc2822 = (seconds: number): string => new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');

/** `2015-07-30T23:19:04Z` */
export const iso8601 = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');
