export interface Reply<Body> {
  status: number;
  body: Body;
  headers: Headers;
}

export interface Sent {
  key?: string;
  body?: unknown;
  origin?: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
}

/** Makes one request over real HTTP, and returns any answer. */
export async function call<Body>(url: string, { key, body, origin, method = 'POST', headers = {} }: Sent): Promise<Reply<Body>> {
  const reply = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key && { authorization: `Bearer ${key}` }),
      ...(origin && { origin }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, body: (text === '' ? undefined : JSON.parse(text)) as Body };
}
