// Runs with `node --import tsx`: the contract is TypeScript.
import { writeFileSync } from 'node:fs';
import { openApi } from '../api/http/openapi.ts';
import { refusedCallers } from './authentication.mjs';

const page = new URL('../docs/api.md', import.meta.url);
const { info, tags, paths, components } = openApi('https://api.example');

/** The reference of all operations as Markdown: it is written from the OpenAPI document, and from nothing else. */
export function reference() {
  const operations = Object.entries(paths).flatMap(([address, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ address, method: method.toUpperCase(), ...operation })),
  );
  const nouns = grouped(operations);
  return `${[
    '# API',
    'Written by `node --import tsx scripts/api-reference.mjs` from the contract; `/openapi.json` is the same for tools.',
    info.description,
    'Where an input is at fault, `param` is the path of the first field, `fields` has each with its own `code` and `message` where there are several, twenty at most, and `moreFields` how many there are besides. `values` has what the message was filled with, there and in each of `fields`: [all errors](#all-errors) lists it.',
    ...authentication(components.schemas.Error['x-messages']),
    '## Operations',
    [...nouns.keys()].map((noun) => `[${noun}](#${noun})`).join(' · '),
    ...[...nouns].flatMap(([noun, list]) => [`## ${noun}`, aboutOf(noun), ...list.map(section)]),
    ...allErrors(components.schemas.Error['x-messages']),
  ].join('\n\n')}\n`;
}

/** Lists the answers to callers who are not let in. */
function authentication(errors) {
  return [
    '## Authentication',
    'An unknown publishable key and a page that is not listed get the same answer, so that nobody learns which keys there are.',
    table(
      'What was sent',
      refusedCallers.map(({ sent, code, cure = errors[code].cure }) => [
        sent,
        `[\`${code}\`](#${anchorOf(code)}) (${errors[code].status})`,
        cure,
      ]),
    ),
  ];
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
    ...Object.entries(errors).map(([code, error]) => aboutError(code, error)),
    'Where a value is one of several words, each is written so:',
    table(
      'Value',
      choices.flatMap(({ code, name, words }) =>
        Object.entries(words).map(([word, text]) => [`\`${code}\` \`${name}\``, `\`${word}\``, text]),
      ),
    ),
  ];
}

/** Tells of one error its status and sentence, the values in it, how it comes about and how it is mended. */
function aboutError(code, { status, message, values = {}, cause, cure }) {
  const kindsOf = Object.entries(values).map(
    ([name, kind]) => `\`${name}\` (${typeof kind === 'object' ? 'a word, see below' : kinds[kind]})`,
  );
  return [
    `### ${code}`,
    [`${status}. “${message}”`, kindsOf.length > 0 && `Values: ${kindsOf.join(', ')}.`].filter(Boolean).join(' '),
    `${cause} ${cure}`,
  ].join('\n\n');
}

const aboutOf = (noun) => tags.find(({ name }) => name === noun).description;
/** Writes a heading as an address, as GitHub does. */
const anchorOf = (heading) => heading.replaceAll('.', '');
const nounOf = ({ operationId }) => operationId.split('.')[0];

function grouped(operations) {
  const nouns = new Map();
  for (const operation of operations) nouns.set(nounOf(operation), [...(nouns.get(nounOf(operation)) ?? []), operation]);
  return nouns;
}

function section(operation) {
  const { operationId, summary, description, method, address, parameters = [], requestBody, responses } = operation;
  const [body] = Object.values(requestBody?.content ?? {});
  const inputs = [
    ...parameters.filter(({ in: where }) => where !== 'header').map(({ name, schema, required }) => row(name, schema, required)),
    ...fields(body?.schema),
  ];
  const [answer] = Object.values(responses[200].content);
  const codes = responses.default['x-codes'].map(({ code, status }) => `[\`${code}\`](#${anchorOf(code)}) (${status})`);
  return [
    `### ${operationId}`,
    `\`${method} ${address}\``,
    summary,
    description,
    table('Input', inputs),
    body?.example && Object.keys(body.example).length > 0 && `\`\`\`json\n${JSON.stringify(body.example, null, 2)}\n\`\`\``,
    table('Output', fields(answer.schema)),
    codes.length > 0 && `Refuses with ${codes.join(', ')}.`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** A schema with what it refers to. */
function resolved(schema) {
  const { $ref, ...own } = schema;
  return $ref ? { ...resolved(components.schemas[$ref.split('/').at(-1)]), ...own } : schema;
}

/** The properties of an object, and of the objects in it, by their paths. */
function fields(schema, path = '') {
  if (!schema) return [];
  const { properties = {}, items, required = [], oneOf, anyOf } = resolved(schema);
  if (items) return path ? fields(items, `${path}[]`) : [];
  if (oneOf) return variants(oneOf.map(resolved), path);
  if (anyOf) return anyOf.flatMap((one) => fields(one, path));
  return Object.entries(properties).flatMap(([name, property]) => {
    const at = path ? `${path}.${name}` : name;
    return [row(at, property, required.includes(name)), ...fields(property, at)];
  });
}

/** The properties of objects that one of them tells apart. */
function variants(objects, path) {
  const [kind] = Object.keys(objects[0].properties).filter((name) =>
    objects.every(({ properties }) => properties[name].const !== undefined),
  );
  const nameOf = ({ properties }) => `\`${properties[kind].const}\``;
  const meanings = objects.map((one) => `${nameOf(one)}: ${one.description}`);
  const own = objects.flatMap((one) => {
    const { [kind]: _kind, ...properties } = one.properties;
    return Object.entries(properties).map(([name, property]) => {
      const [at, type, about] = row(`${path}.${name}`, property, true);
      return [at, type, `Where \`${kind}\` is ${nameOf(one)}. ${about}`.trim()];
    });
  });
  return [[`\`${path}.${kind}\``, objects.map(nameOf).join(', '), meanings.join(' ')], ...own];
}

const row = (name, schema, required) => [
  `\`${name}\``,
  typeOf(schema),
  [required ? '' : 'Optional.', resolved(schema).description ?? ''].filter(Boolean).join(' '),
];

function typeOf(schema) {
  const { type, enum: values, const: value, anyOf, oneOf, items, format, minimum, maximum, maxLength } = resolved(schema);
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
