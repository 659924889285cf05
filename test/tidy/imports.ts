import { posix } from 'node:path';
import ts from 'typescript';
import { nodesOf, type Source } from './sources.ts';

interface Row {
  /** The files it holds for; the first row that fits counts. */
  of: RegExp;
  /** Allowed imports besides the file's own folder: a package by name, a file of the project as `~/` and its path. */
  may: readonly RegExp[];
  /** Allowed type imports, which cost nothing in a browser. */
  mayTypes?: readonly RegExp[];
}

const anyPackage = /^[^~]/;
const node = /^node:/;

/** The table of allowed imports. */
const table: readonly Row[] = [
  { of: /^api\/contract\//, may: [/^zod$/, /^~\/api\/rules\//] },
  { of: /^api\/rules\//, may: [] },
  { of: /^api\/ports\//, may: [/^~\/api\/(contract|rules|models)\//], mayTypes: [/^~\/api\/security\//] },
  { of: /^api\/ledger\//, may: [/^~\/api\/(contract|rules|models|security|ports)\//, node, /^lru-cache$/] },
  // Writing a document is letters and their places, and asks nobody outside.
  {
    of: /^api\/domain\/receipts\//,
    may: [/^~\/api\/(contract|rules|models|domain|ports|ledger)\//, node, /^(pdfkit|fontkit|bidi-js)$/],
  },
  // lru-cache only bounds what is remembered. The world's numbering plans are a table that is not ours to write.
  {
    of: /^api\/domain\//,
    may: [/^~\/api\/(contract|rules|models|security|ports|ledger)\//, node, /^(lru-cache|libphonenumber-js\/max)$/],
  },
  { of: /^api\/security\//, may: [/^~\/api\/contract\//, node, /^(jose|@node-rs\/argon2|lru-cache)$/] },
  { of: /^api\/models\//, may: [/^~\/api\/(contract|rules)\//, node, /^(mongoose|rate-limiter-flexible)$/] },
  {
    of: /^api\/providers\//,
    may: [/^~\/api\/(contract|rules|ports)\//, node, /^(stripe|twilio|nodemailer|lru-cache|retell-sdk|yauzl|ipaddr\.js)$/],
    mayTypes: [/^(nodemailer|twilio)\//],
  },
  {
    of: /^api\/http\//,
    may: [/^~\/api\/(contract|rules|models|domain|security|ports|ledger)\//, node, /^(express|cors|helmet|pino|zod|lru-cache)$/],
  },
  { of: /^api\/routes\//, may: [/^~\/api\/(contract|http|domain|ports)\//, node], mayTypes: [/^express$/] },
  { of: /^api\/jobs\//, may: [/^~\/api\/(rules|models|security|domain|ports|ledger)\//, node] },
  { of: /^api\/database\//, may: [node, /^(mongoose|mongodb(\/.+)?|@0q\/embedded-mongodb)$/] },
  { of: /^api\//, may: [/^~\/api\//, anyPackage] },
  { of: /^themes\//, may: [/^~\/api\/rules\//, /^lit$/] },
  // The build of the widgets runs on our side. It reads the keys that texts and errors have.
  { of: /^widgets\/build\//, may: [node, /^(vite|terser|typescript)$/, /^~\/api\/contract\/errors\/index\.ts$/] },
  {
    of: /^widgets\//,
    may: [/^~\/(widgets|themes|api\/rules)\//, /^(lit|@lit)(\/|$)/, /^@stripe\/stripe-js(\/|$)/],
    mayTypes: [/^~\/api\/contract\//],
  },
  // An agency's pages know the platform by its script tag alone.
  { of: /^demo-site\/\w+\/files\//, may: [] },
  // The page that holds every element takes them from the one list.
  { of: /^demo-site\/site\/every\.ts$/, may: [/^~\/widgets\/elements\.ts$/] },
  { of: /^demo-site\//, may: [/^~\/demo-site\//, anyPackage] },
];

/** Lists a file's imports that the table does not allow. */
export function forbiddenImports(source: Source): string[] {
  const row = table.find(({ of }) => of.test(source.path));
  if (!row) return [];
  const ownFolder = `~/${source.path.split('/').slice(0, 2).join('/')}/`;
  const allowed = ({ target, typesOnly }: Import) =>
    target.startsWith(ownFolder) || [...row.may, ...(typesOnly ? (row.mayTypes ?? []) : [])].some((one) => one.test(target));
  return importsOf(source)
    .filter((one) => !allowed(one))
    .map(({ target, typesOnly }) => `${source.path} may not import ${typesOnly ? 'types of ' : ''}${target.replace('~/', '')}`);
}

export interface Import {
  target: string;
  typesOnly: boolean;
}

/** Static, dynamic and re-exported imports. */
export function importsOf({ path, tree }: Source): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typesOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const { text } = specifier;
    found.push({ target: text.startsWith('.') ? `~/${posix.join(posix.dirname(path), text)}` : text, typesOnly });
  };
  for (const one of nodesOf(tree)) {
    if (ts.isImportDeclaration(one)) add(one.moduleSpecifier, isTypesOnly(one.importClause));
    if (ts.isExportDeclaration(one)) add(one.moduleSpecifier, one.isTypeOnly);
    if (ts.isImportTypeNode(one) && ts.isLiteralTypeNode(one.argument)) add(one.argument.literal, true);
    if (ts.isCallExpression(one) && one.expression.kind === ts.SyntaxKind.ImportKeyword) add(one.arguments[0], false);
  }
  return found;
}

/** `import type`, which the build drops whole. `import { type A }` keeps an import for its effect, so it does not count. */
const isTypesOnly = (clause: ts.ImportClause | undefined): boolean => clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
