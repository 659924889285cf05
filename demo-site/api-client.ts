/** Calls an operation with a secret or platform key, as an agency's own server does. Throws an `ApiError` for a refusal. */
export type ApiCall = <Answer>(operation: string, key: string, input?: Record<string, unknown>) => Promise<Answer>;

/** A refusal of the API: its status, stable code and public sentence. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const SECONDS_MAX = 20;

/** Which operations are read with GET, as the API describes itself. */
async function readsOf(api: string): Promise<ReadonlySet<string>> {
  const description = await fetch(`${api}/openapi.json`, { signal: AbortSignal.timeout(SECONDS_MAX * 1000) });
  const { paths } = (await description.json()) as { paths: Record<string, { get?: unknown }> };
  return new Set(Object.keys(paths).filter((path) => paths[path]?.get));
}

export function apiAt(api: string): ApiCall {
  let reads: Promise<ReadonlySet<string>> | undefined;
  return async <Answer>(operation: string, key: string, input: Record<string, unknown> = {}) => {
    reads ??= readsOf(api).catch((error: unknown) => {
      reads = undefined; // the next call asks again
      throw error;
    });
    const read = (await reads).has(`/v1/${operation}`);
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
