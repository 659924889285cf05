// Runs with `node --import tsx`: the contract is TypeScript.
import { writeFileSync } from 'node:fs';
import { openApi } from '../api/http/openapi.ts';

const page = new URL('../docs/api.md', import.meta.url);
const API = 'https://api.example';

/** The reference of all operations as Markdown: it is written from the OpenAPI document, and from nothing else. */
export function reference() {
  const { paths, components } = openApi(API);
  const operations = Object.entries(paths).flatMap(([address, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ address, method: method.toUpperCase(), ...operation })),
  );
  const nouns = grouped(operations);
  return `${[
    '# API',
    'Written by `node --import tsx scripts/api-reference.mjs` from the contract; `/openapi.json` is the same for tools. Credits are whole milli-credits: 1 credit = 1 minute of calling = 1000. Money is in minor units of its currency, such as cents.',
    'A publishable key is sent in the address, `?key=wlp_...`, from a page whose origin is listed; a session token, a secret key and the platform key as `Authorization: Bearer ...`.',
    'Every error is `{ "error": { "code", "message", "type", "requestId" } }`. Where an input is at fault, `param` is the path of the first field, `fields` has each with its own `code` and `message` where there are several, twenty at most, and `moreFields` how many there are besides. `values` has what the message was filled with, there and in each of `fields`: [all errors](#all-errors) lists it. Codes and values are stable, messages are sentences for people. Where an operation takes the header `Idempotency-Key`, the second time answers as the first and does nothing.',
    [...nouns.keys()].map((noun) => `[${noun}](#${noun})`).join(' · '),
    ...[...nouns].flatMap(([noun, list]) => [`## ${noun}`, ...list.map(section)]),
    ...allErrors(components.schemas.Error['x-messages']),
  ].join('\n\n')}\n`;
}

/** How each kind of value is sent. */
const kinds = {
  text: 'text',
  list: 'list of texts',
  number: 'number',
  count: 'integer',
  credits: 'integer, in whole credits',
  bytes: 'integer, in bytes',
  seconds: 'integer, in seconds',
  minutes: 'integer, in minutes',
  millis: 'integer, in milli-credits',
  cents: 'integer, in minor units of the value `currency`',
  day: 'ISO date',
};

function allErrors(errors) {
  const choices = Object.entries(errors).flatMap(([code, { values = {} }]) =>
    Object.entries(values).flatMap(([name, kind]) => (typeof kind === 'object' ? [{ code, name, words: kind }] : [])),
  );
  return [
    '## All errors',
    'Words in braces are the values, and the API writes them in English. A page can say the same in its own words, `wl.strings = { "plan.limit": "…" }`, with the values in braces.',
    table(
      'Code',
      Object.entries(errors).map(([code, { message, values = {} }]) => [
        `\`${code}\``,
        message,
        Object.entries(values)
          .map(([name, kind]) => `\`${name}\`: ${typeof kind === 'object' ? 'a word, see below' : kinds[kind]}`)
          .join('; '),
      ]),
    ),
    'Where a value is one of several words, each is written so:',
    table(
      'Value',
      choices.flatMap(({ code, name, words }) =>
        Object.entries(words).map(([word, text]) => [`\`${code}\` \`${name}\``, `\`${word}\``, text]),
      ),
    ),
  ];
}

const nounOf = ({ operationId }) => operationId.split('.')[0];

function grouped(operations) {
  const nouns = new Map();
  for (const operation of operations) nouns.set(nounOf(operation), [...(nouns.get(nounOf(operation)) ?? []), operation]);
  return nouns;
}

function section(operation) {
  const { operationId, summary, method, address, security, parameters = [], requestBody, responses } = operation;
  const [body] = Object.values(requestBody?.content ?? {});
  const header = parameters.filter(({ in: where }) => where === 'header').map(({ name }) => `takes \`${name}\``);
  const inputs = [
    ...parameters.filter(({ in: where }) => where !== 'header').map(({ name, schema, required }) => row(name, schema, required)),
    ...fields(body?.schema),
  ];
  const [answer] = Object.values(responses[200].content);
  const codes = responses.default['x-codes'].map(({ code, status }) => `\`${code}\` (${status})`);
  return [
    `### ${operationId}`,
    `\`${method} ${address}\` · ${[callers(security), ...header].join(' · ')}`,
    summary,
    table('Input', inputs),
    body?.example && Object.keys(body.example).length > 0 && `\`\`\`json\n${JSON.stringify(body.example, null, 2)}\n\`\`\``,
    table('Output', fields(answer.schema)),
    codes.length > 0 && `Refuses with ${codes.join(', ')}.`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

const wordsOf = (scheme) => scheme.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const callers = (security) =>
  security
    .flatMap(Object.entries)
    .map(([scheme, permissions]) => [wordsOf(scheme), ...permissions.map((name) => `(\`${name}\`)`)].join(' '))
    .join(', ') || 'anyone';

/** The properties of an object, and of the objects in it, by their paths. */
function fields(schema, path = '') {
  if (!schema) return [];
  const { properties, items, required = [] } = schema;
  if (items && path) return fields(items, `${path}[]`);
  return Object.entries(properties ?? {}).flatMap(([name, property]) => {
    const at = path ? `${path}.${name}` : name;
    return [row(at, property, required.includes(name)), ...fields(inner(property), at)];
  });
}

const inner = (schema) => (schema.anyOf ?? []).find(({ properties, items }) => properties || items) ?? schema;
const row = (name, schema, required) => [
  `\`${name}\``,
  typeOf(schema),
  [required ? '' : 'Optional.', schema.description ?? ''].filter(Boolean).join(' '),
];

function typeOf({ type, enum: values, const: value, anyOf, oneOf, items, format, minimum, maximum, maxLength }) {
  if (values) return values.map((one) => `\`${one}\``).join(', ');
  if (value !== undefined) return `\`${value}\``;
  const choice = anyOf ?? oneOf;
  if (choice) return [...new Set(choice.map(typeOf))].join(' or ');
  if (type === 'array') return `list of ${items ? typeOf(items) : 'anything'}`;
  const size = [
    type === 'integer' && minimum > -Number.MAX_SAFE_INTEGER && `from ${minimum.toLocaleString('en')}`,
    type === 'integer' && maximum < Number.MAX_SAFE_INTEGER && `to ${maximum.toLocaleString('en')}`,
    maxLength && `at most ${maxLength}`,
  ].filter(Boolean);
  return [format ?? type ?? 'anything', size.join(' ')].filter(Boolean).join(', ');
}

function table(head, rows) {
  if (rows.length === 0) return '';
  return [
    `| ${head} | | |`,
    '|---|---|---|',
    ...rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(page, reference());
