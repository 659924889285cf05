import type { Twilio } from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import type Response from 'twilio/lib/http/response.js';
import type { TelephonyAccess } from '../../ports/index.ts';
import { abortedAfter } from '../../rules/patience.ts';

/** A buyer gets an answer within this time, whatever happens at the provider. */
const TIMEOUT_MS = 7_000;
const SOCKETS_MAX = 20;
const BYTES_MAX = 10 * 1024 * 1024;

type RequestOptions<TData> = RequestClient.RequestOptions<TData>;

/**
 * Keeps an SDK client per account. Loads the SDK on first use, because it is large and most processes start without it.
 * @param apiUrl a sandbox's address, which then receives the calls to all of the provider's hosts
 */
export function createClients(apiUrl: string | undefined): (access: TelephonyAccess) => Promise<Twilio> {
  let opening: Promise<(access: TelephonyAccess) => Twilio> | undefined;
  return async (access) => {
    opening ??= open(apiUrl);
    return (await opening)(access);
  };
}

async function open(apiUrl: string | undefined): Promise<(access: TelephonyAccess) => Twilio> {
  const { default: sdk } = await import('twilio');

  class Requests extends sdk.RequestClient {
    constructor() {
      super({ timeout: TIMEOUT_MS, keepAlive: true, maxSockets: SOCKETS_MAX });
      // The SDK's timeout only counts silence; these limit the total time and the size.
      this.axios.interceptors.request.use((asked) => ({ ...asked, signal: abortedAfter(TIMEOUT_MS), maxContentLength: BYTES_MAX }));
    }

    override async request<TData>(asked: RequestOptions<TData>): Promise<Response<TData>> {
      const uri = apiUrl === undefined ? asked.uri : asked.uri.replace(/^https:\/\/[^/]+/, apiUrl.replace(/\/$/, ''));
      try {
        return await super.request<TData>({ ...asked, uri });
      } catch (error) {
        // The HTTP client's error contains the authorization, so only its code is passed on.
        throw new ConnectionError(codeOf(error));
      } finally {
        this.lastRequest = undefined as never; // it contains the same, and nobody here needs it
      }
    }
  }

  const httpClient = new Requests();
  return ({ accountSid, authToken }) => sdk(accountSid, authToken, { httpClient });
}

/** No answer came. */
export class ConnectionError extends Error {
  constructor(code: string) {
    super(`the provider could not be reached: ${code}`);
    this.name = 'ConnectionError';
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'no answer');
