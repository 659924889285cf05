import { z } from 'zod';

/** A change of a value: absent fields stay, and null restores the default. Lists are replaced as a whole. */
export type Patch<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { [Field in keyof Value]?: Patch<Value[Field]> | null | undefined }
    : Value;

type PatchShape<Shape extends z.ZodRawShape> = {
  [Field in keyof Shape]: z.ZodOptional<z.ZodNullable<z.ZodType<Patch<z.output<Shape[Field]>>, Patch<z.input<Shape[Field]>>>>>;
};

/**
 * Makes the fields of a change from those of the whole value. Null is accepted if the field has a default or is optional, and the field's
 * description says so.
 */
export function patchShape<Shape extends z.ZodRawShape>(shape: Shape): PatchShape<Shape> {
  return Object.fromEntries(
    Object.entries(shape).map(([field, whole]) => [field, patchField(whole as z.ZodType)]),
  ) as unknown as PatchShape<Shape>; // the type says it field by field
}

/** The schema of a whole value. */
export type Whole = z.ZodType;

/** Returns the whole value after a change, unchecked. */
export function applyPatch(whole: Whole, stored: unknown, patch: unknown): unknown {
  const { schema } = bare(whole);
  if (!(schema instanceof z.ZodObject) || !isRecord(patch)) return patch;
  const next: Record<string, unknown> = isRecord(stored) ? { ...stored } : {};
  for (const [field, part] of Object.entries(patch)) {
    if (part === undefined) continue;
    const inner = schema.shape[field] as z.ZodType | undefined;
    if (part === null) delete next[field];
    else next[field] = inner ? applyPatch(inner, next[field], part) : part;
  }
  return next;
}

/** Lists the paths of all single values that a change names, e.g. `plan.knowledge.fileMillis`. */
export function pathsOf(whole: Whole, patch: unknown, at = ''): string[] {
  const { schema } = bare(whole);
  if (!(schema instanceof z.ZodObject) || !isRecord(patch)) return [at];
  return Object.entries(patch).flatMap(([field, part]) => {
    if (part === undefined) return [];
    const path = at === '' ? field : `${at}.${field}`;
    const inner = schema.shape[field] as z.ZodType | undefined;
    return inner ? pathsOf(inner, part, path) : [path];
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

interface Bare {
  schema: z.ZodType;
  /** The value after null, in words; undefined if null is not accepted. */
  cleared?: string;
}

/** Returns a schema without its optionality. */
function bare(whole: z.ZodType): Bare {
  if (whole instanceof z.ZodDefault || whole instanceof z.ZodPrefault) {
    const { schema } = bare(whole.def.innerType as z.ZodType);
    return { schema, cleared: inWords(whole.def.defaultValue) };
  }
  if (whole instanceof z.ZodOptional || whole instanceof z.ZodNullable)
    return { schema: bare(whole.unwrap() as z.ZodType).schema, cleared: 'none' };
  return { schema: whole };
}

function inWords(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  return isRecord(value) ? 'as a new one has it' : `\`${JSON.stringify(value)}\``;
}

function patchField(whole: z.ZodType): z.ZodType {
  const { schema, cleared } = bare(whole);
  const part = schema instanceof z.ZodObject ? z.strictObject(patchShape(schema.shape)) : schema;
  const told = whole.description ?? schema.description;
  const both = [told, 'Left out: stays.', cleared !== undefined && `Null: ${cleared}.`].filter(Boolean).join(' ');
  return (cleared === undefined ? part.optional() : part.nullable().optional()).describe(both);
}
