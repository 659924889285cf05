import ts from 'typescript';

/** One small change of a file's text, as a bug would look. Offsets count characters of the file. */
export interface Edit {
  from: number;
  to: number;
  text: string;
}

/** Possible mistakes in one expression. */
type Mutation = (node: ts.Node) => readonly Edit[];

const { SyntaxKind: Kind } = ts;

/** A condition that is turned around is no better than one that always or never holds, so each operator has one other. */
const OTHER_OPERATOR: Partial<Record<ts.SyntaxKind, string>> = {
  [Kind.LessThanToken]: '<=',
  [Kind.LessThanEqualsToken]: '<',
  [Kind.GreaterThanToken]: '>=',
  [Kind.GreaterThanEqualsToken]: '>',
  [Kind.EqualsEqualsEqualsToken]: '!==',
  [Kind.ExclamationEqualsEqualsToken]: '===',
  [Kind.PlusToken]: '-',
  [Kind.MinusToken]: '+',
  [Kind.AsteriskToken]: '/',
  [Kind.SlashToken]: '*',
  [Kind.PercentToken]: '*',
  [Kind.PlusEqualsToken]: '-=',
  [Kind.MinusEqualsToken]: '+=',
};

const EITHER_OPERAND = new Set([Kind.AmpersandAmpersandToken, Kind.BarBarToken, Kind.QuestionQuestionToken]);

const OTHER_METHOD = new Map(
  [
    ['ceil', 'floor'],
    ['endsWith', 'startsWith'],
    ['every', 'some'],
    ['max', 'min'],
    ['toLowerCase', 'toUpperCase'],
  ].flatMap(([one = '', other = '']) => [
    [one, other],
    [other, one],
  ]),
);

const WITHOUT_METHOD = new Set(['filter', 'normalize', 'reverse', 'slice', 'sort', 'toReversed', 'toSorted', 'trim']);

const replace = (node: ts.Node, text: string): Edit => ({ from: node.getStart(), to: node.getEnd(), text });

const isText = (node: ts.Node): boolean => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

function changeOperator(node: ts.Node): readonly Edit[] {
  if (!ts.isBinaryExpression(node)) return [];
  const { left, right, operatorToken } = node;
  if (EITHER_OPERAND.has(operatorToken.kind)) return [replace(node, left.getText()), replace(node, right.getText())];
  const other = OTHER_OPERATOR[operatorToken.kind];
  const joinsText = operatorToken.kind === Kind.PlusToken && (isText(left) || isText(right));
  return other === undefined || joinsText ? [] : [replace(operatorToken, other)];
}

function decideOtherwise(node: ts.Node): readonly Edit[] {
  if (ts.isConditionalExpression(node)) return [replace(node.condition, 'true'), replace(node.condition, 'false')];
  if (ts.isIfStatement(node)) return [replace(node.expression, 'true'), replace(node.expression, 'false')];
  if (ts.isWhileStatement(node)) return [replace(node.expression, 'false')];
  if (ts.isForStatement(node) && node.condition) return [replace(node.condition, 'false')];
  return [];
}

function dropSign(node: ts.Node): readonly Edit[] {
  if (ts.isPrefixUnaryExpression(node) && [Kind.ExclamationToken, Kind.MinusToken].includes(node.operator)) {
    return [replace(node, node.operand.getText())];
  }
  if (!ts.isPrefixUnaryExpression(node) && !ts.isPostfixUnaryExpression(node)) return [];
  const [sign, other] = node.operator === Kind.PlusPlusToken ? ['++', '--'] : ['--', '++'];
  return node.operator < Kind.PlusPlusToken || node.operator > Kind.MinusMinusToken
    ? []
    : [replace(node, node.getText().replace(sign, other))];
}

function changeValue(node: ts.Node): readonly Edit[] {
  if (node.kind === Kind.TrueKeyword) return [replace(node, 'false')];
  if (node.kind === Kind.FalseKeyword) return [replace(node, 'true')];
  if (isText(node)) return isSpecifier(node) ? [] : [replace(node, node.getText().length === 2 ? "'mutant'" : "''")];
  if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0 || isTarget(node) ? [] : [replace(node, '[]')];
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0 || isTarget(node) ? [] : [replace(node, '{}')];
  return [];
}

/** The text names a module or a property, or is made by a tag. */
const isSpecifier = (node: ts.Node): boolean =>
  ts.isImportDeclaration(node.parent) ||
  ts.isExportDeclaration(node.parent) ||
  ts.isTaggedTemplateExpression(node.parent) ||
  (ts.isCallExpression(node.parent) && node.parent.expression.kind === Kind.ImportKeyword) ||
  ('name' in node.parent && node.parent.name === node);

/** Stands on the left of an assignment. */
const isTarget = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node.parent) && node.parent.operatorToken.kind === Kind.EqualsToken && node.parent.left === node;

function changeCall(node: ts.Node): readonly Edit[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { expression: receiver, name } = node.expression;
  const other = OTHER_METHOD.get(name.text);
  if (other !== undefined) return [replace(name, other)];
  return WITHOUT_METHOD.has(name.text) ? [replace(node, receiver.getText())] : [];
}

const trustMore: Mutation = (node) =>
  ts.isPropertyAccessExpression(node) && node.questionDotToken ? [replace(node.questionDotToken, '.')] : [];

const giveNothing: Mutation = (node) =>
  ts.isArrowFunction(node) && !ts.isBlock(node.body) && node.body.getText() !== 'undefined' ? [replace(node.body, 'undefined')] : [];

const PATTERN_PARTS = /\\p\{\w+\}|\\.|\[\^?(?:\\.|[^\]\\])*\]|\(\?(?:<?[=!]|:)?|[*+?]\??|\{\d+(?:,\d*)?\}|[$^]/gi;

function changePattern(node: ts.Node): readonly Edit[] {
  if (!ts.isRegularExpressionLiteral(node)) return [];
  const [, source = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(node.getText()) ?? [];
  return [...source.matchAll(PATTERN_PARTS)].flatMap(({ 0: part, index }) => {
    const other = changePart(part);
    const changed = source.slice(0, index) + other + source.slice(index + part.length);
    return other === part || !isPattern(changed, flags) ? [] : [replace(node, `/${changed}/${flags}`)];
  });
}

function changePart(part: string): string {
  if (/^\\[bdpsw]/i.test(part)) return part.replace(/[a-z]/i, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
  if (part.startsWith('[')) return part.startsWith('[^') ? `[${part.slice(2)}` : `[^${part.slice(1)}`;
  return /^[*+?{$^]/.test(part) ? '' : part;
}

function isPattern(source: string, flags: string): boolean {
  try {
    return source !== '' && new RegExp(source, flags) !== undefined;
  } catch {
    return false;
  }
}

const inExpressions: readonly Mutation[] = [
  changeOperator,
  decideOtherwise,
  dropSign,
  changeValue,
  changeCall,
  trustMore,
  giveNothing,
  changePattern,
];

/** Words for whoever looks into a log or a crash: a promise about them would hold nothing. */
const isForLogs = (node: ts.Node): boolean => {
  if (ts.isNewExpression(node)) return /Error$/.test(node.expression.getText());
  return ts.isCallExpression(node) && /(^|\.)(log|logger)\.(debug|info|warn|error|fatal)$/.test(node.expression.getText());
};

/** The message of an assertion is for a log as well; what it asserts is not. */
const isAssertion = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && /^assert(\.\w+)?$/.test(node.expression.getText());

export const isOutOfReach = (node: ts.Node): boolean =>
  ts.isTypeNode(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  isForLogs(node) ||
  (isText(node) && isAssertion(node.parent) && node.parent.arguments.at(-1) === node);

/** Lists the possible mistakes at one node, without those inside it. */
export const expressionEdits = (node: ts.Node): readonly Edit[] => inExpressions.flatMap((mutation) => mutation(node));

/** A step that may be forgotten: the call, assignment or deletion that is a statement by itself. */
export function isStep(node: ts.Node): node is ts.ExpressionStatement {
  if (!ts.isExpressionStatement(node) || ts.isStringLiteral(node.expression)) return false;
  const { expression } = node;
  const done = ts.isAwaitExpression(expression) ? expression.expression : expression;
  return !(isForLogs(done) || (ts.isCallExpression(done) && done.expression.kind === Kind.SuperKeyword));
}
