/** Calls an operation with a secret or platform key, as an agency's own server does. Throws an `ApiError` for a refusal. */
export type ApiCall = <Answer>(operation: string, key: string, input?: Record<string, unknown>) => Promise<Answer>;

/** What the API said no with: its status, stable code and public sentence. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Reads are GET, all else is POST. */
const reads = new Set(['agency.read', 'agents.list', 'credits.balance', 'credits.packages', 'purchases.read']);
const SECONDS_MAX = 20;

export function apiAt(api: string): ApiCall {
  return async <Answer>(operation: string, key: string, input: Record<string, unknown> = {}) => {
    const read = reads.has(operation);
    const query = read ? `?${new URLSearchParams(input as Record<string, string>)}` : '';
    const reply = await fetch(`${api}/v1/${operation}${query}`, {
      method: read ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, ...(read ? {} : { 'content-type': 'application/json' }) },
      body: read ? null : JSON.stringify(input),
      signal: AbortSignal.timeout(SECONDS_MAX * 1000),
    });
    const answer = (await reply.json()) as Answer & { error?: { code: string; message: string } };
    if (!reply.ok || answer.error) {
      throw new ApiError(reply.status, answer.error?.code ?? 'internal', answer.error?.message ?? `The API answered ${reply.status}.`);
    }
    return answer;
  };
}
