import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import spectral, { type RulesetDefinition } from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { contract, type OperationName } from '../../api/contract/index.ts';
import { openApi } from '../../api/http/openapi.ts';
import { inPascalCase } from '../../api/http/schemas.ts';

interface Described {
  operationId: string;
  description: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters: { in: string; name: string; required?: boolean; schema: object; example?: unknown }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object; example?: unknown }> };
  responses: {
    200: { description: string; content: Record<string, { schema: { properties?: object } }> };
    default: { description: string; content: object; 'x-codes': { code: string; status: number }[] };
  };
}
interface Specification {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Described>>;
  components: { securitySchemes: Record<string, object>; schemas: Record<string, object> & { Error: object } };
  tags: { name: string; description: string }[];
}

/** Describes the contract anew, so that a mistake can live in one test. */
function specify() {
  const specification = JSON.parse(JSON.stringify(openApi('https://portal.test'))) as Specification;
  const at = (method: string, address: string): Described =>
    specification.paths[address]?.[method] ?? assert.fail(`no ${method} ${address}`);
  return { ...specification, at };
}
const keysOf = (value: object | undefined): string[] => Object.keys(value ?? {});

test('system.openapi V1 PG14: what a request may leave out has no default in its schema', () => {
  const { paths, components } = openApi('https://api.test') as { paths: object; components: { schemas: Record<string, object> } };
  const sent = new Map<string, object>();
  const collect = (part: object): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      const schema = components.schemas[name];
      if (!schema || sent.has(name)) continue;
      sent.set(name, schema);
      collect(schema);
    }
  };
  for (const { post } of Object.values(paths) as { post?: { requestBody?: object } }[]) if (post?.requestBody) collect(post.requestBody);
  const withDefault = [...sent].filter(([, schema]) => /"default":/.test(JSON.stringify(schema))).map(([name]) => name);
  assert.deepEqual({ withDefault, isRead: sent.has('PlansAssignRequest') }, { withDefault: [], isRead: true });
  assert.match(JSON.stringify([...sent.values()]), /Default: `/);
});

test('system.openapi T12: only an error with its code, sentence, type and request id fits its schema', () => {
  const fits = new Ajv2020({ strict: false }).compile(specify().components.schemas.Error);
  const field = { param: 'email', code: 'input.invalid', message: 'Please enter an email address.' };
  const error = { ...field, type: 'invalid_request', requestId: 'r1', values: { reason: 'email', names: ['a'], max: 3 } };
  const full = { ...error, fields: [field], moreFields: 2 };
  const isError = (error: object): boolean => fits({ error });
  const without = (whole: object, name: string) => Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
  assert.ok(isError(full) && isError(without(error, 'param')), JSON.stringify(fits.errors));
  const changes = [
    ...[
      { more: 1 },
      { code: 'no.such_code' },
      { type: 'no_such_type' },
      { message: 1 },
      { param: 1 },
      { requestId: 1 },
      { moreFields: '2' },
    ],
    ...[{ values: { reason: {} } }, { fields: [{ ...field, more: 1 }] }, { fields: field }],
    ...keysOf(field).map((name) => ({ fields: [without(field, name)] })),
  ];
  const wrong = [
    ...['code', 'message', 'type', 'requestId'].map((name) => without(full, name)),
    ...changes.map((change) => ({ ...full, ...change })),
  ];
  for (const error of wrong) assert.ok(!isError(error), JSON.stringify(error));
  assert.ok(!fits({}) && !fits({ error, more: 1 }));
});

test('system.openapi V1: the specification names its server, and every kind of credential that a caller may need', () => {
  const { openapi, info: about, servers, components } = specify();
  const { description, ...info } = about;
  for (const word of ['wlp_', 'wls_', 'milli-credits', 'Idempotency-Key']) assert.ok(description.includes(word), word);
  assert.deepEqual(
    { openapi, info, servers, schemes: components.securitySchemes },
    {
      openapi: '3.1.0',
      info: { title: 'Client portal API', version: '1', contact: { name: 'The platform that runs this API', url: 'https://portal.test' } },
      servers: [{ url: 'https://portal.test' }],
      schemes: {
        secretKey: { type: 'http', scheme: 'bearer' },
        platformKey: { type: 'http', scheme: 'bearer' },
        publishableKey: { type: 'apiKey', in: 'query', name: 'key' },
        sessionToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  );
});

test('system.openapi V1: an operation is described with its credentials, and what it takes and answers in which form', () => {
  const { at } = specify();
  const formOf = ({ security, parameters, requestBody, responses }: Described) => ({
    security,
    parameters: parameters.map((one) => `${one.in} ${one.name}${one.required ? ' required' : ''}`),
    takes: requestBody && keysOf(requestBody.content),
    answers: keysOf(responses[200].content),
  });
  const json = ['application/json'];
  const forms = {
    read: formOf(at('get', '/v1/purchases.read')),
    checkout: formOf(at('post', '/v1/credits.checkout')),
    bootstrap: formOf(at('post', '/v1/bootstrap.read')),
    upload: formOf(at('post', '/v1/knowledge.upload')),
    stream: formOf(at('get', '/v1/live.stream')),
    page: formOf(at('get', '/p/{slug}')),
    webhook: formOf(at('post', '/api/webhooks/stripe/{slug}')),
  };
  const [session, secret] = [{ sessionToken: [] }, { secretKey: [] }];
  const key = 'header Idempotency-Key';
  assert.deepEqual(forms, {
    read: {
      security: [session, secret],
      parameters: ['query purchaseId required'],
      takes: undefined,
      answers: json,
    },
    checkout: { security: [session], parameters: [key], takes: json, answers: json },
    bootstrap: { security: [{ publishableKey: [] }], parameters: [], takes: ['text/plain'], answers: json },
    upload: {
      security: [session, secret],
      parameters: ['query sourceId required', 'query offset required'],
      takes: ['application/octet-stream'],
      answers: json,
    },
    stream: {
      security: [session],
      parameters: ['query after'],
      takes: undefined,
      answers: ['text/event-stream'],
    },
    page: { security: [], parameters: ['path slug required'], takes: undefined, answers: ['text/html'] },
    webhook: { security: [], parameters: ['path slug required'], takes: undefined, answers: json },
  });
});

test('system.openapi V1: schemas, examples and refusals stand in the specification as the contract has them', () => {
  const { at, paths } = specify();
  for (const methods of Object.values(paths)) {
    for (const { operationId, parameters, requestBody, responses } of Object.values(methods)) {
      const { example, errors } = contract[operationId as OperationName];
      const body = Object.values(requestBody?.content ?? {})[0];
      if (body && operationId !== 'knowledge.upload') assert.deepEqual(body.example, JSON.parse(JSON.stringify(example)), operationId);
      for (const { name, example: shown } of parameters.filter((one) => 'example' in one))
        assert.equal(shown, (example as Record<string, unknown>)[name], operationId);
      assert.deepEqual(
        responses.default['x-codes'].map(({ code }) => code),
        errors,
      );
      assert.equal(responses.default.description, `Also: ${errors.toSorted().join(', ') || 'none of its own'}.`);
      assert.ok(
        Object.values(responses[200].content).every(({ schema }) => keysOf(schema).length > 0),
        operationId,
      );
    }
  }
  const upload = at('post', '/v1/knowledge.upload').requestBody;
  assert.deepEqual(upload, { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } });
  assert.deepEqual(at('get', '/v1/purchases.read').parameters[0]?.example, 'pur_example');
  assert.deepEqual(at('post', '/v1/credits.checkout').parameters[0]?.schema, {
    ...{ type: 'string', minLength: 8, maxLength: 200, pattern: '^[\\w-]+$' },
  });
  assert.deepEqual(at('get', '/v1/brand.read').responses.default.content, {
    'application/json': { schema: { $ref: '#/components/schemas/Error' } },
  });
  assert.match(at('get', '/v1/live.stream').responses[200].description, /^A stream/);
  assert.equal(at('get', '/v1/brand.read').responses[200].description, 'Done.');
});

test("system.openapi PG14 V1: Spectral's recommended rules have nothing to say about the specification", async () => {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [[rulesets.oas as RulesetDefinition, 'recommended']] });
  const { at: _at, ...specification } = specify();
  const found = await linter.run(specification as object as Record<string, unknown>);
  assert.deepEqual(
    found.map(({ code, path, message }) => `${code} at ${path.join('/')}: ${message}`),
    [],
  );
});

test('system.openapi PG14: what is exchanged has a name, and what is sent otherwise than answered has two', () => {
  const { paths, components, at } = specify();
  const names = keysOf(components.schemas);
  for (const name of ['Balance', 'Purchase', 'Order', 'ClientNumber', 'Source', 'Agency', 'Brand', 'BrandInput', 'PlanDraft'])
    assert.ok(names.includes(name), name);
  const [body] = Object.values(at('post', '/v1/credits.checkout').requestBody?.content ?? {});
  const [answer] = Object.values(at('get', '/v1/credits.balance').responses[200].content);
  assert.deepEqual(
    { request: body?.schema, answer: answer?.schema },
    { request: { $ref: '#/components/schemas/CreditsCheckoutRequest' }, answer: { $ref: '#/components/schemas/Balance' } },
  );
  const used = new Set([...JSON.stringify({ paths, components }).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
  assert.deepEqual([...used].sort(), names.sort());
  assert.ok(!JSON.stringify(paths).includes('$defs'));
});

test('system.openapi MT28: each operation says in words who may call it, and what becomes of a repetition', () => {
  const { at } = specify();
  const { description, tags } = at('post', '/v1/credits.checkout');
  assert.deepEqual(
    { description, tags },
    {
      description:
        "For a session token (`credits:buy`). A repetition with the same `Idempotency-Key` gets the first answer and does nothing. Refused while the agency's portal is off, or lacks something in live mode.",
      tags: ['credits'],
    },
  );
  const either = "For a session token (`balance:read`) or a server with the agency's secret key (`clients:read`).";
  assert.equal(at('get', '/v1/purchases.read').description, either);
  assert.equal(at('get', '/v1/brand.read').description, "For a page with the agency's publishable key.");
});

test('system.openapi PG14: each object and choice that the contract exports for the wire has its name', () => {
  const named = new Set(keysOf(specify().components.schemas));
  const files = readdirSync('api/contract', { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'));
  const exported = files.flatMap((file) =>
    [...readFileSync(`api/contract/${file}`, 'utf8').matchAll(/^export const (\w+) = z\.(?:strictObject|discriminatedUnion|enum)\(/gm)].map(
      ([, name = '']) => name,
    ),
  );
  const unnamed = exported.filter((name) => !named.has(inPascalCase(name)));
  assert.deepEqual(unnamed, ['storedPackage'], 'it is stored alone, and no operation takes or answers it');
  assert.ok(exported.length > 30, `${exported.length} are found`);
});
