import { z } from 'zod';
import { type ErrorCode, errors } from '../contract/errors/index.ts';
import { type Callers, contract, type Operation, type OperationName } from '../contract/index.ts';
import { type Caller, callerKinds } from './callers/index.ts';
import { addressOf } from './route.ts';

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
        requestId: { type: 'string' },
      },
    },
  },
  'x-messages': Object.fromEntries(Object.entries(errors).sort()),
};

/** Returns the contract as OpenAPI 3.1. */
export function openApi(publicUrl: string): Record<string, unknown> {
  const names = Object.keys(contract) as OperationName[];
  return {
    openapi: '3.1.0',
    info: { title: 'Client portal API', version: '1' },
    servers: [{ url: publicUrl }],
    paths: Object.fromEntries(
      names.map((name) => [addressOf(name).replace(/:(\w+)/g, '{$1}'), { [contract[name].method.toLowerCase()]: describe(name) }]),
    ),
    components: {
      securitySchemes: securitySchemes(),
      schemas: { Error: errorBody },
    },
  };
}

function describe(name: OperationName) {
  const operation: Operation = contract[name];
  const { callers, summary, method, body, stream, page, repeatable } = operation;
  const input = jsonSchema(operation.input, 'input');
  const headers = repeatable ? [{ in: 'header', name: 'Idempotency-Key', schema: { type: 'string' } }] : [];
  const isBody = method === 'POST' && body !== 'raw' && body !== 'bytes';
  return {
    operationId: name,
    summary,
    security: credentials(callers),
    'x-callers': callers,
    parameters: [...headers, ...(isBody ? [] : parameters(input, addressOf(name), operation.example))],
    ...(isBody && {
      requestBody: {
        required: true,
        content: { [body === 'simple' ? 'text/plain' : 'application/json']: { schema: input, example: operation.example } },
      },
    }),
    ...(body === 'bytes' && {
      requestBody: { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
    }),
    responses: {
      200: {
        description: stream ? 'A stream; the data of each event is as the schema says.' : 'Done.',
        content: {
          [stream ? 'text/event-stream' : page ? 'text/html' : 'application/json']: { schema: jsonSchema(operation.output, 'output') },
        },
      },
      default: {
        description: `Also: ${[...operation.errors].sort().join(', ') || 'none of its own'}.`,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        'x-codes': operation.errors.map((code: ErrorCode) => ({ code, status: errors[code].status })),
      },
    },
  };
}

/** Returns the credentials of each kind of caller that has one. */
const securitySchemes = () =>
  Object.fromEntries(Object.values(callerKinds).flatMap(({ scheme }) => (scheme ? [[scheme.name, scheme.definition]] : [])));

/** Returns the alternatives of credentials, with the needed permission; none for anyone. */
const credentials = (callers: Callers): Record<string, string[]>[] =>
  (Object.entries(callers) as [Caller['kind'], string | true][]).flatMap(([kind, permission]) => {
    const { scheme } = callerKinds[kind];
    return scheme ? [{ [scheme.name]: permission === true ? [] : [permission] }] : [];
  });

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output') => z.toJSONSchema(schema, { io, unrepresentable: 'any' });

function parameters(input: z.core.JSONSchema.BaseSchema, address: string, example: Operation['example']) {
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
