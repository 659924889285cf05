// Writes a .json from the parameter types of each installed SDK: node demo-site/sandbox/schemas/generate.mjs
// Run it again after an upgrade of an SDK; the difference shows what changed on the provider's side.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Each SDK's types, and how its encoding differs from them. */
const sources = [
  { sdk: 'stripe', file: 'requests', type: 'Requests', names: 'Names' },
  // Twilio's encoding writes FriendlyName for the SDK's friendlyName.
  { sdk: 'twilio', file: 'twilio', type: 'TwilioRequests', nameOnWire: (name) => (name === 'pageNumber' ? 'Page' : capital(name)) },
  { sdk: 'retell-sdk', file: 'retell', type: 'RetellRequests', hasNull: true },
];

const capital = (name) => name[0].toUpperCase() + name.slice(1);

for (const source of sources) {
  const { version } = JSON.parse(readFileSync(here(`../../../node_modules/${source.sdk}/package.json`), 'utf8'));
  const requests = propertiesOf(source, source.type);
  const names = source.names ? propertiesOf(source, source.names) : {};
  const answer = {};
  for (const [request, body] of Object.entries(requests)) {
    const understood = Object.keys(body.properties ?? {});
    const unsupported = (names[request]?.enum ?? []).filter((name) => !understood.includes(name));
    answer[request] = { ...(source.names && { unsupported }), body: onWire(body, source) };
  }
  const file = here(`${source.file}.json`);
  writeFileSync(file, `${JSON.stringify({ [source.sdk]: version, requests: answer })}\n`);
  execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'inherit' });
}

function propertiesOf({ file, hasNull }, type) {
  const tsconfig = here('../../../tsconfig.json');
  const { definitions } = createGenerator({ path: here(`${file}.ts`), type, tsconfig, skipTypeCheck: true, jsDoc: 'none' }).createSchema(
    type,
  );
  return inline(definitions[type], { definitions, hasNull }).properties;
}

function onWire(body, { nameOnWire = (name) => name }) {
  if (!body.properties) return body;
  const properties = Object.fromEntries(Object.entries(body.properties).map(([name, value]) => [nameOnWire(name), value]));
  return { ...body, properties, ...(body.required && { required: body.required.map(nameOnWire) }) };
}

/** Replaces every reference by its definition, so that each request stands alone. */
function inline(node, all, path = []) {
  if (Array.isArray(node)) return node.map((item) => inline(item, all, path));
  if (node === null || typeof node !== 'object') return node;
  if (node.$ref) {
    const name = decodeURIComponent(node.$ref.replace('#/definitions/', ''));
    if (path.includes(name)) throw new Error(`${name} contains itself`);
    // A decimal number is encoded as a string of digits.
    if (name === 'Decimal') return { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' };
    // The SDK leaves its enums open for future values; here an unknown value is a mistake.
    if (name === 'OtherString') return undefined;
    return inline(all.definitions[name], all, [...path, name]);
  }
  return tidy(Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inline(value, all, path)])), all);
}

/** Merges unions of constants into one enum, and makes numbers whole, since forms have no others. */
function tidy(node, { hasNull }) {
  if (node.type === 'number') return { ...node, type: 'integer' };
  if (node.properties) return { ...node, additionalProperties: false };
  // Every metadata value is encoded as a string.
  if (node.additionalProperties?.type?.includes?.('string')) return { ...node, additionalProperties: { type: 'string' } };
  if (!node.anyOf) return node;
  const branches = node.anyOf.filter(Boolean);
  const constants = branches.flatMap((branch) => ('const' in branch ? [branch.const] : (branch.enum ?? [])));
  const others = branches.filter((branch) => !('const' in branch) && !branch.enum && (hasNull || branch.type !== 'null'));
  const choice = constants.length ? [{ type: 'string', enum: constants }] : [];
  const all = [...choice, ...others];
  return all.length === 1 ? all[0] : { anyOf: all };
}
