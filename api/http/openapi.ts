import { advice } from '../contract/errors/advice/index.ts';
import { type ErrorCode, errors } from '../contract/errors/index.ts';
import { type Callers, contract, type Operation, type OperationName } from '../contract/index.ts';
import { nouns } from '../contract/nouns.ts';
import { fundKinds } from '../rules/funds.ts';
import { type Caller, callerKinds } from './callers/index.ts';
import { addressOf } from './route.ts';
import { inPascalCase, type JsonSchema, Schemas } from './schemas.ts';

/** The values of each message: a kind, or the possible words with their texts. */
const told = {
  code: { type: 'string', enum: Object.keys(errors).sort() },
  message: { type: 'string' },
  values: {
    type: 'object',
    description: 'What the message is filled with, for a sentence of your own.',
    additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'array', items: { type: 'string' } }] },
  },
};

const errorBody = {
  type: 'object',
  required: ['error'],
  additionalProperties: false,
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'type', 'requestId'],
      additionalProperties: false,
      properties: {
        ...told,
        type: { type: 'string', enum: [...new Set(Object.values(errors).map(({ type }) => type))] },
        param: { type: 'string' },
        fields: {
          type: 'array',
          items: {
            type: 'object',
            required: ['param', 'code', 'message'],
            additionalProperties: false,
            properties: { param: { type: 'string' }, ...told },
          },
        },
        moreFields: { type: 'integer', description: 'How many more fields are at fault than `fields` names.' },
        funds: {
          type: 'object',
          description: 'Where credits are missing for an order: what the client could pay.',
          required: ['kind', 'spendableMillis', 'callsOnlyMillis', 'missingMillis'],
          additionalProperties: false,
          properties: {
            kind: { type: 'string', enum: [...fundKinds] },
            spendableMillis: { type: 'integer' },
            callsOnlyMillis: { type: 'integer' },
            missingMillis: { type: 'integer' },
          },
        },
        requestId: { type: 'string' },
      },
    },
  },
  'x-messages': Object.fromEntries(
    Object.entries(errors)
      .sort()
      .map(([code, entry]) => [code, { ...entry, ...advice[code as ErrorCode] }]),
  ),
};

const about = `Clients' credits, numbers and knowledge, and the settings of the agency that sells them.

**Who calls.** A page sends the agency's publishable key in the address (\`?key=wlp_...\`), and where a client is signed in, its session token as \`Authorization: Bearer ...\`. A server sends the agency's secret key (\`Authorization: Bearer wls_...\`), never from a browser. Keys with \`_test_\` in them see the test world, those with \`_live_\` the real one.

**Units.** Credits are whole milli-credits: 1 credit = 1 minute of calling = 1000. Money is in minor units of its currency, such as cents. Times are ISO 8601 in UTC.

**What an agency pays.** An agency has minutes, prepaid to the platform. Free credits take them when they are given, bought and allocated credits when a call uses them; numbers and knowledge take none. Of each settled payment the platform's fee is 2 %, rounded half to even; what is refunded takes its part of the fee back.

**Errors.** Every refusal is \`{ "error": { "code", "message", "type", "requestId" } }\`. Codes are stable, messages are sentences for people.

**Repeating.** Where an operation takes the header \`Idempotency-Key\`, a repetition with the same key within 24 hours gets the first answer, with the header \`Idempotent-Replayed: true\`, and does nothing. A key has 8 to 200 letters, digits, dashes or underscores, such as a UUID; make a new one for each attempt, and send the same one again where no answer came. It is remembered for 24 hours, by caller and operation. With other content it is refused with \`idempotency.mismatch\`, and while the first attempt still runs, a repetition waits for it or is refused with \`idempotency.in_progress\`. A refusal is not remembered: the same key may be sent again once the fault is mended.`;

/** Returns the contract as OpenAPI 3.1. */
export function openApi(publicUrl: string): Record<string, unknown> {
  const names = Object.keys(contract) as OperationName[];
  const schemas = new Schemas();
  const described = names.map((name) => ({ name, ...describe(name, schemas) }));
  const { pointed, schemas: named } = schemas.finish();
  return {
    openapi: '3.1.0',
    info: {
      title: 'Client portal API',
      version: '1',
      description: about,
      contact: { name: 'The platform that runs this API', url: publicUrl },
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(nouns).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(
      described.map(({ name, takes, rest, answers }) => [
        addressOf(name).replace(/:(\w+)/g, '{$1}'),
        { [contract[name].method.toLowerCase()]: { ...rest, ...pointed(takes, 'input'), ...pointed(answers, 'output') } },
      ]),
    ),
    components: {
      securitySchemes: securitySchemes(),
      schemas: { ...named, Error: errorBody },
    },
  };
}

/** Describes an operation: what it takes, what it answers, and all that refers to no schema. */
function describe(name: OperationName, schemas: Schemas) {
  const operation: Operation = contract[name];
  const { callers, summary, method, body, stream, page, repeatable, example } = operation;
  const type = inPascalCase(name);
  const headers = repeatable
    ? [{ in: 'header', name: 'Idempotency-Key', schema: { type: 'string', minLength: 8, maxLength: 200, pattern: '^[\\w-]+$' } }]
    : [];
  const isBody = method === 'POST' && body !== 'raw' && body !== 'bytes';
  const output = schemas.named(`${type}Answer`, operation.output, 'output');
  return {
    rest: {
      operationId: name,
      summary,
      description: detailsOf(operation),
      tags: [name.split('.')[0]],
      security: credentials(callers),
      'x-callers': callers,
    },
    takes: {
      parameters: [...headers, ...(isBody ? [] : parameters(schemas.of(operation.input, 'input'), addressOf(name), example))],
      ...(isBody && {
        requestBody: {
          required: true,
          content: {
            [body === 'simple' ? 'text/plain' : 'application/json']: {
              schema: schemas.named(`${type}Request`, operation.input, 'input'),
              example,
            },
          },
        },
      }),
      ...(body === 'bytes' && {
        requestBody: { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
      }),
    },
    answers: {
      responses: {
        200: {
          description: stream ? 'A stream; the data of each event is as the schema says.' : 'Done.',
          content: { [stream ? 'text/event-stream' : page ? 'text/html' : 'application/json']: { schema: output } },
        },
        default: {
          description: `Also: ${[...operation.errors].sort().join(', ') || 'none of its own'}.`,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
          'x-codes': operation.errors.map((code: ErrorCode) => ({ code, status: errors[code].status })),
        },
      },
    },
  };
}

/** Returns sentences on who may call an operation, and what else a caller needs to know. */
function detailsOf({ callers, repeatable, closable, stream }: Operation): string {
  const kinds = (Object.entries(callers) as [Caller['kind'], string | true][]).map(([kind, permission]) =>
    permission === true ? callerKinds[kind].inWords : `${callerKinds[kind].inWords} (\`${permission}\`)`,
  );
  return [
    `For ${new Intl.ListFormat('en', { type: 'disjunction' }).format(kinds)}.`,
    repeatable && 'A repetition with the same `Idempotency-Key` gets the first answer and does nothing.',
    closable && "Refused while the agency's portal is off, or lacks something in live mode.",
    stream && 'The connection stays open; `after` goes on behind the last event that was seen.',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Returns the credentials of each kind of caller that has one. */
const securitySchemes = () =>
  Object.fromEntries(Object.values(callerKinds).flatMap(({ scheme }) => (scheme ? [[scheme.name, scheme.definition]] : [])));

/** Returns the alternatives of credentials; none for anyone. Permissions stand in `x-callers`, as only OAuth has scopes here. */
const credentials = (callers: Callers): Record<string, string[]>[] =>
  (Object.keys(callers) as Caller['kind'][]).flatMap((kind) => {
    const { scheme } = callerKinds[kind];
    return scheme ? [{ [scheme.name]: [] }] : [];
  });

function parameters(input: JsonSchema, address: string, example: Operation['example']) {
  return Object.entries(input.properties ?? {}).map(([name, schema]) => {
    const isPath = address.includes(`:${name}`);
    return {
      in: isPath ? 'path' : 'query',
      name,
      required: isPath || (input.required ?? []).includes(name),
      schema,
      ...(name in example && { example: example[name] }),
    };
  });
}
