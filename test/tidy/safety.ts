import ts from 'typescript';
import { called, lines, nodes, type Rule } from './rule.ts';
import { nodesOf } from './sources.ts';

// In pieces, so that this file does not hold what it forbids.
const platform = new RegExp(['li', 'very'].join(''), 'i');

/** Rules about mistakes that have cost others money or data. */
export const safetyRules: readonly Rule[] = [
  {
    name: 'the environment is read in one place',
    of: /^(api|widgets|themes|demo-site)\/(?!env\.ts|start\.mjs|prepare\/)/,
    complaints: nodes((node) => node.getText() === 'process.env' && !isWritten(node.parent), 'reads the environment'),
    bad: [['api/server.ts', 'const port = process.env.PORT;']],
    good: [
      ['api/env.ts', 'const port = process.env.PORT;'],
      ['api/database/a.ts', "process.env.LIBRARY = 'patched'; delete process.env.LIBRARY;"],
    ],
  },
  {
    name: 'what comes in is picked by name, never poured over an object',
    of: /^api\/(http|routes|domain|ledger|models|jobs)\//,
    complaints: nodes((node) => called(node) === 'Object.assign', 'Object.assign'),
    bad: [['api/domain/a.ts', 'Object.assign(agency, body);']],
  },
  {
    name: 'money is whole numbers that move',
    of: /^api\/(contract|rules|ledger|domain|models|routes|providers|jobs)\//,
    complaints: nodes(
      (node) =>
        /(^|\.)(parseFloat|toFixed)$/.test(called(node)) ||
        (ts.isBinaryExpression(node) &&
          [ts.SyntaxKind.PlusEqualsToken, ts.SyntaxKind.MinusEqualsToken].includes(node.operatorToken.kind) &&
          /balance|available/i.test(node.left.getText())),
      'floating point or a mutated balance',
    ),
    bad: [
      ['api/domain/a.ts', 'const fee = parseFloat(text);'],
      ['api/rules/a.ts', 'const fee = (amount * 0.02).toFixed(2);'],
      ['api/domain/a.ts', 'account.balance += amount;'],
    ],
  },
  {
    name: 'widgets hold under a strict content security policy',
    of: /^(widgets|themes)\//,
    complaints: lines(/unsafeHTML|unsafeSVG|styleMap|\sstyle=["'$]|innerHTML|<style[\s>]/, 'a style attribute, or markup from text'),
    bad: [
      ['widgets/a.ts', 'html`<p style="color:red"></p>`'],
      ['widgets/a.ts', 'html`<p style=$'.concat('{color}></p>`')],
      ['widgets/a.ts', "import { styleMap } from 'lit/directives/style-map.js';"],
      ['widgets/a.ts', 'unsafeHTML(text)'],
    ],
    good: [['widgets/a.ts', 'html`<p .style=$'.concat('{color}></p>`')]],
  },
  {
    name: 'the platform is not named where clients look',
    of: /^(widgets|themes)\/|^api\/domain\/mail\/|^demo-site\/\w+\/(pages|files)\//,
    complaints: lines(platform, 'names the platform'),
    bad: [['widgets/a.ts', `// Part of ${'Li'}${'very'}`]],
  },
  {
    name: 'proxies are trusted by number or address, never all of them',
    of: /^(api|demo-site)\//,
    complaints: lines(/trust proxy['"]?\s*[,:]\s*true/, 'trusts every proxy'),
    bad: [['api/app.ts', "app.set('trust proxy', true);"]],
  },
  {
    name: 'a time that was set is not forgotten',
    of: /^(api|demo-site)\//,
    complaints: (source) =>
      /AbortSignal\.timeout\(/.test(source.text) && (source.path.startsWith('api/') || /AbortSignal\.any\(/.test(source.text))
        ? lines(/AbortSignal\.timeout\(/, 'part of AbortSignal.any it never comes on Node 20: abortedAfter does')(source)
        : [],
    bad: [
      ['api/http/a.ts', 'const ended = AbortSignal.any([signal, AbortSignal.timeout(ms)]);'],
      ['demo-site/a.ts', 'const late = AbortSignal.timeout(ms); const ended = AbortSignal.any([signal, late]);'],
    ],
    good: [
      ['api/http/a.ts', 'const ended = abortedAfter(ms, signal);'],
      ['demo-site/a.ts', 'fetch(url, { signal: AbortSignal.timeout(ms) });'],
    ],
  },
  {
    name: 'a listener keeps its object',
    complaints: nodes(isLoose, 'a method without its object as a listener: write a function that calls it'),
    bad: [
      ['api/a.ts', "socket.on('error', heard.broken);"],
      ['widgets/a.ts', "signal.addEventListener('abort', this.stop, { once: true });"],
    ],
    good: [
      ['api/a.ts', "socket.on('error', (error) => heard.broken(error)); socket.once('close', end);"],
      ['widgets/a.ts', "class A { #look = () => {}; b() { document.addEventListener('visibilitychange', this.#look); } }"],
    ],
  },
  {
    name: 'what comes from outside is refused, never asserted',
    of: /^api\/(contract|http|routes|providers|jobs)\//,
    complaints: nodes((node) => /^assert(\.|$)/.test(called(node)) && isInFunction(node), 'an assertion that input may reach'),
    bad: [
      ['api/http/a.ts', "const read = (body: unknown) => assert(body, 'there is a body');"],
      ['api/providers/a.ts', 'function read(answer: unknown) { assert.equal(typeof answer, "object"); }'],
    ],
    good: [['api/providers/a.ts', "const signatures = sdk.signatures ?? assert.fail('the SDK is another');"]],
  },
  {
    name: 'a loop over many agencies catches what each item throws',
    of: /^api\/(domain|jobs|commands)\//,
    complaints: nodes(
      (node) =>
        ts.isForOfStatement(node) &&
        /\bevery(Agency|Client|Allowance|Source)\w*\(/.test(node.expression.getText()) &&
        !isCaught(node.statement),
      'one bad item stops this loop: use forEach of domain/due.ts',
    ),
    bad: [['api/jobs/a.ts', 'for await (const agency of everyAgency()) await settle(agency);']],
    good: [
      ['api/jobs/a.ts', 'await forEach(everyAgency(), about, (agency) => settle(agency));'],
      [
        'api/commands/a.ts',
        'for await (const agency of everyAgency()) { try { await settle(agency); } catch (error) { note(agency, error); } }',
      ],
    ],
  },
  {
    name: 'nothing in front of a provider grows without a bound',
    of: /^api\/providers\//,
    complaints: (source) => (bounded.has(source.path) ? [] : nodes(isKept, 'a collection that outlives its call: use LRUCache')(source)),
    bad: [
      ['api/providers/a.ts', 'const waiting: string[] = []; const join = (who: string) => waiting.push(who);'],
      ['api/providers/a.ts', 'function createLine() { const line = new Map(); return { join: (who: string) => line.set(who, 1) }; }'],
      ['api/providers/a.ts', 'class Line { readonly #all = new Set<string>(); join(who: string) { this.#all.add(who); } }'],
      ['api/providers/a.ts', 'let last = Promise.resolve(); const join = (work: () => void) => { last = last.then(work); };'],
    ],
    good: [
      ['api/providers/stripe/turns.ts', 'const waiting: string[] = []; const join = (who: string) => waiting.push(who);'],
      ['api/providers/a.ts', 'function read() { const found = []; found.push(1); return found; }'],
      ['api/providers/a.ts', 'const kept = new LRUCache({ max: 10 }); const keep = (name: string) => kept.set(name, 1);'],
    ],
  },
  {
    name: 'what several people write is set by its path, never as a whole',
    of: /^api\/models\//,
    complaints: nodes(isWholeSet, '$set of a whole object loses what somebody else wrote meanwhile: name the path'),
    bad: [
      ['api/models/a.ts', 'update({ _id }, { $set: { stripe } });'],
      ['api/models/a.ts', "update({ _id }, { $set: { name, 'settings.test': settings } });"],
    ],
    good: [['api/models/a.ts', "update({ _id }, { $set: { name, 'settings.test.plan': plan } });"]],
  },
  {
    name: 'a source is moved in one file, which has the table of moves',
    of: /^api\/(?!domain\/knowledge\/states\.ts)/,
    complaints: nodes((node) => called(node) === 'moveSource', 'moves a source without looking into the table of moves'),
    bad: [['api/domain/knowledge/retry.ts', "await moveSource(failed, 'offered', { checks: 0 });"]],
    good: [
      ['api/domain/knowledge/retry.ts', 'await offerAgain(failed, deps);'],
      ['api/domain/knowledge/states.ts', 'return moveSource(source, to, change);'],
    ],
  },
  {
    name: 'a line of the log begins with the name of its event',
    of: /^api\//,
    complaints: nodes(isUnnamedEvent, 'a line of the log without `noun.event_name: ` in front'),
    bad: [
      ['api/domain/a.ts', "deps.log.info({ orderId }, 'an order could not go on');"],
      ['api/http/a.ts', "log[level](line, 'answered');"],
      ['api/a.ts', 'this.#log.warn(sentence);'],
    ],
    good: [
      ['api/domain/a.ts', "deps.log.info({ orderId }, 'order.waits: it is tried again later');"],
      ['api/domain/a.ts', 'log.error({ err }, `$'.concat('{work.name}.failed: it is tried again`);')],
    ],
  },
  {
    name: 'the database is never asked with what was left out',
    of: /^api\//,
    complaints: lines(/ignoreUndefined\s*:\s*true|strictQuery['"]?\s*[,:]\s*(true|false)/, 'a query that drops conditions'),
    bad: [['api/database/connect.ts', "mongoose.set('strictQuery', true);"]],
  },
];

/** Operators look for events by their names. The sentence behind a name may be improved. */
function isUnnamedEvent(node: ts.Node): boolean {
  if (!/(^|\.|#)(log|logger)(\.(fatal|error|warn|info|debug)|\[\w+\])$/.test(called(node))) return false;
  const text = (node as ts.CallExpression).arguments.at(-1)?.getText() ?? ''; // as `called` has found
  return !/^['"`](\w+|\$\{[\w.]+\})(\.\w+)+: /.test(text);
}

/** A `this` that is lost: the method of an object, handed over as a listener without its object. A function in a private field has its own. */
function isLoose(node: ts.Node): boolean {
  if (!/\.(on|once|addListener|addEventListener)$/.test(called(node))) return false;
  const listener = (node as ts.CallExpression).arguments[1]; // as `called` has found
  return listener !== undefined && ts.isPropertyAccessExpression(listener) && !boundFields(node.getSourceFile()).has(listener.name.text);
}

/** Files whose collections have a bound of their own: the program's own listeners, one call's answers, and lines of a length. */
const bounded: ReadonlySet<string> = new Set(['clock', 'sip/call', 'stripe/turns'].map((name) => `api/providers/${name}.ts`));

/** Something is added to a collection, or a promise to a chain, that belongs to a function further out, a file or an object. */
function isKept(node: ts.Node): boolean {
  const [, name = ''] =
    /^(?:this\.)?(#?\w+)\.(?:push|unshift|set|add)$/.exec(called(node)) ??
    /^(#?\w+)\s*=\s*\1\.then\(/.exec(ts.isBinaryExpression(node) ? node.getText() : '') ??
    [];
  if (name === '') return false;
  const made = [...nodesOf(node.getSourceFile())].filter(
    (one) => (ts.isVariableDeclaration(one) || ts.isPropertyDeclaration(one)) && one.name.getText() === name,
  );
  return made.some((one) => growing.test(one.getText()) && functionOf(one) !== functionOf(node) && isInside(node, one.parent));
}

const growing = /=\s*(\[|new (Map|Set|Array)\b|Promise\.resolve)/;

function functionOf(node: ts.Node): ts.Node | undefined {
  for (let { parent } = node; parent; parent = parent.parent) if (ts.isFunctionLike(parent)) return parent;
  return undefined;
}

/** Tells whether a node can see a declaration of a list, or of a class. */
const isInside = (node: ts.Node, declared: ts.Node): boolean => {
  const scope = ts.isVariableDeclarationList(declared) ? declared.parent.parent : declared;
  for (let at: ts.Node = node; at; at = at.parent) if (at === scope) return true;
  return false;
};

const shared = /^'?(stripe|settings|brand|trunk|profile|members|secret)(\.(test|live))?'?$/;

/** `$set` of an object that holds what several people write. */
function isWholeSet(node: ts.Node): boolean {
  const isNamed = (ts.isShorthandPropertyAssignment(node) || ts.isPropertyAssignment(node)) && shared.test(node.name.getText());
  if (!isNamed) return false;
  const set = node.parent.parent;
  return ts.isPropertyAssignment(set) && set.name.getText() === '$set';
}

const boundFields = (file: ts.SourceFile): ReadonlySet<string> =>
  new Set(
    [...nodesOf(file)].flatMap((node) =>
      ts.isPropertyDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer) && ts.isPrivateIdentifier(node.name)
        ? [node.name.text]
        : [],
    ),
  );

const isInFunction = (node: ts.Node): boolean => functionOf(node) !== undefined;

/** The whole body of the loop is one attempt with a catch. */
const isCaught = (body: ts.Statement): boolean => {
  const [only, ...more] = ts.isBlock(body) ? body.statements : [body];
  return more.length === 0 && only !== undefined && ts.isTryStatement(only) && only.catchClause !== undefined;
};

/** `process.env.X = …` and `delete process.env.X` tell a library something; they decide nothing here. */
function isWritten(member: ts.Node): boolean {
  const { parent } = member;
  return (
    ts.isDeleteExpression(parent) ||
    (ts.isBinaryExpression(parent) && parent.left === member && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken)
  );
}
