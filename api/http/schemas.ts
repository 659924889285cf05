import { z } from 'zod';
import * as accounts from '../contract/accounts/accounts.ts';
import * as sessions from '../contract/accounts/sessions.ts';
import * as agencies from '../contract/agencies/agencies.ts';
import * as keys from '../contract/agencies/keys.ts';
import * as packages from '../contract/agencies/packages.ts';
import * as brand from '../contract/bootstrap/brand.ts';
import * as usage from '../contract/calls/usage.ts';
import * as credits from '../contract/credits/credits.ts';
import * as history from '../contract/credits/history.ts';
import * as live from '../contract/credits/live.ts';
import * as purchases from '../contract/credits/purchases.ts';
import * as funds from '../contract/funds.ts';
import * as journal from '../contract/journal.ts';
import * as knowledge from '../contract/knowledge/knowledge.ts';
import * as numbers from '../contract/numbers/values.ts';
import * as orders from '../contract/orders.ts';
import * as plans from '../contract/plans.ts';
import * as values from '../contract/values.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
type Way = 'input' | 'output';

const modules = {
  accounts,
  sessions,
  agencies,
  keys,
  packages,
  brand,
  usage,
  credits,
  funds,
  history,
  live,
  purchases,
  journal,
  knowledge,
  numbers,
  orders,
  plans,
  values,
};

const hasName = (value: unknown): value is z.ZodType =>
  value instanceof z.ZodObject || value instanceof z.ZodDiscriminatedUnion || value instanceof z.ZodEnum;

/** `credits.checkout` as `CreditsCheckout`, and `clientNumber` as `ClientNumber`. */
export const inPascalCase = (name: string): string => name.replace(/(?:^|\.)(\w)/g, (_all, letter: string) => letter.toUpperCase());

// Names the values that the contract exports as it does, so that a generated client has types of these names.
for (const [name, value] of Object.values(modules).flatMap((module) => Object.entries<unknown>(module)))
  if (hasName(value)) z.globalRegistry.add(value, { ...z.globalRegistry.get(value), id: inPascalCase(name) });

/** Tells a default in words. Generators take a value with one for a value that is always there, also where it is sent. */
function describeDefault({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  const { default: value, description } = jsonSchema;
  if (value === undefined) return;
  delete jsonSchema.default;
  const said = Array.isArray(value) && value.length === 0 ? 'none' : JSON.stringify(value);
  jsonSchema.description = [description, `Default: \`${said}\`.`].filter(Boolean).join(' ');
}

/** Names that a schema refers to. */
const namesIn = (schema: JsonSchema): string[] =>
  [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/(\w+)"/g)].flatMap(([, name]) => name ?? []);

/**
 * Collects the named schemas of a document. A value that is sent otherwise than it is answered, for example with defaults that may be left
 * out, has two of them.
 */
export class Schemas {
  readonly #named: Record<Way, Map<string, JsonSchema>> = { input: new Map(), output: new Map() };

  /** Returns a value's schema, which refers to those of the named values in it by their names. */
  of(value: z.ZodType, way: Way): JsonSchema {
    const defaults = way === 'input' && { override: describeDefault };
    const { $schema: _version, $defs = {}, ...schema } = z.toJSONSchema(value, { io: way, unrepresentable: 'any', ...defaults });
    for (const [name, named] of Object.entries($defs)) this.#named[way].set(name, named);
    return schema;
  }

  /** Returns a value's schema under a name, unless the value has one of its own. */
  named(name: string, value: z.ZodType, way: Way): JsonSchema {
    const schema = this.of(value, way);
    if (schema.$ref) return schema;
    this.#named[way].set(name, schema);
    return { $ref: `#/$defs/${name}` };
  }

  /** Returns all schemas by their final names, and `pointed`, which lets a part of the document refer to them by these names. */
  finish() {
    const finalName = (name: string, way: Way) => (way === 'input' && this.#isTwofold(name) ? `${name}Input` : name);
    const pointed = <Part>(part: Part, way: Way): Part =>
      JSON.parse(
        JSON.stringify(part).replace(/"#\/\$defs\/(\w+)"/g, (_all, name: string) => `"#/components/schemas/${finalName(name, way)}"`),
      );
    const all = (['input', 'output'] as const).flatMap((way) =>
      [...this.#named[way]].map(([name, schema]) => [finalName(name, way), pointed(schema, way)] as const),
    );
    return { pointed, schemas: Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1))) };
  }

  /** Tells whether a value has two schemas that differ, itself or by a value in it. No value holds one of its own kind. */
  #isTwofold(name: string): boolean {
    const [sent, answered] = [this.#named.input.get(name), this.#named.output.get(name)];
    if (!sent || !answered) return false;
    return JSON.stringify(sent) !== JSON.stringify(answered) || namesIn(sent).some((inner) => this.#isTwofold(inner));
  }
}
