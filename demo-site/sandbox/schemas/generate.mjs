// Writes requests.json from the parameter types of the installed `stripe` package: node demo-site/sandbox/schemas/generate.mjs
// Run it again after an upgrade of the SDK; the difference shows what changed on Stripe's side.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { version } = JSON.parse(readFileSync(here('../../../node_modules/stripe/package.json'), 'utf8'));

const generate = (type) =>
  createGenerator({
    path: here('requests.ts'),
    type,
    tsconfig: here('../../../tsconfig.json'),
    skipTypeCheck: true,
    jsDoc: 'none',
  }).createSchema(type);

const schema = generate('Requests');
const definitions = schema.definitions;
const nameOf = (ref) => decodeURIComponent(ref.replace('#/definitions/', ''));

/** Follows every reference, so that no name of a definition is left and each request stands alone. */
function inline(node, path = []) {
  if (Array.isArray(node)) return node.map((item) => inline(item, path));
  if (node === null || typeof node !== 'object') return node;
  if (node.$ref) {
    const name = nameOf(node.$ref);
    if (path.includes(name)) throw new Error(`${name} contains itself`);
    // On the wire a decimal number is a string of digits.
    if (name === 'Decimal') return { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' };
    // The SDK leaves its enums open for values of the future; here a value that Stripe does not know is a mistake.
    if (name === 'OtherString') return undefined;
    return inline(definitions[name], [...path, name]);
  }
  return tidy(Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inline(value, path)])));
}

/** Unions of constants become one enum, and numbers whole numbers: Stripe's forms know no other. */
function tidy(node) {
  if (node.type === 'number') return { ...node, type: 'integer' };
  if (node.properties) return { ...node, additionalProperties: false };
  // Metadata: on the wire every value is a string.
  if (node.additionalProperties?.type?.includes?.('string')) return { ...node, additionalProperties: { type: 'string' } };
  if (!node.anyOf) return node;
  const branches = node.anyOf.filter(Boolean);
  const constants = branches.flatMap((branch) => ('const' in branch ? [branch.const] : (branch.enum ?? [])));
  const others = branches.filter((branch) => !('const' in branch) && !branch.enum && branch.type !== 'null');
  const choice = constants.length ? [{ type: 'string', enum: constants }] : [];
  const all = [...choice, ...others];
  return all.length === 1 ? all[0] : { anyOf: all };
}

const requests = inline(schema.definitions.Requests).properties;
const names = inline(generate('Names').definitions.Names).properties;
const answer = {};
for (const [request, body] of Object.entries(requests)) {
  const understood = Object.keys(body.properties ?? {});
  const unsupported = (names[request]?.enum ?? []).filter((name) => !understood.includes(name));
  answer[request] = { unsupported, body };
}
writeFileSync(here('requests.json'), `${JSON.stringify({ stripe: version, requests: answer })}\n`);
execFileSync('npx', ['biome', 'format', '--write', here('requests.json')], { stdio: 'inherit' });
