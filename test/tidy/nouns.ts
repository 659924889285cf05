import ts from 'typescript';
import { importsOf } from './imports.ts';
import { called } from './rule.ts';
import { nodesOf, type Source } from './sources.ts';

/** `api/contract/numbers/connect.ts` and `api/contract/orders.ts` are about `numbers` and `orders`. */
const nounOf = (path: string): string => (path.split('/')[2] ?? '').replace('.ts', '');

/** The operations that a file of the contract declares. */
function declaredIn({ tree }: Source): string[] {
  return [...nodesOf(tree)].flatMap((node) => {
    if (!ts.isSatisfiesExpression(node) || node.type.getText() !== 'Record<string, Operation>') return [];
    const operations = ts.isAsExpression(node.expression) ? node.expression.expression : node.expression;
    if (!ts.isObjectLiteralExpression(operations)) return [];
    return operations.properties.flatMap(({ name }) => (name && ts.isStringLiteral(name) ? [name.text] : []));
  });
}

/** The operations that a file of the routes answers. */
function answeredIn({ tree }: Source): string[] {
  return [...nodesOf(tree)].flatMap((node) => {
    if (!ts.isCallExpression(node) || !/^answer\w*$/.test(called(node))) return [];
    const [name] = node.arguments;
    return name && ts.isStringLiteral(name) ? [name.text] : [];
  });
}

/** Lists nouns that contract, routes and domain do not share. With one noun a reader finds all of its files. */
export function strayNouns(sources: readonly Source[]): string[] {
  const operations = new Map<string, string[]>();
  for (const source of sources.filter(({ path }) => path.startsWith('api/contract/'))) {
    const noun = nounOf(source.path);
    operations.set(noun, [...(operations.get(noun) ?? []), ...declaredIn(source)]);
  }
  const routes = sources.filter(({ path }) => path.startsWith('api/routes/') && path !== 'api/routes/index.ts');
  const answered = new Map(routes.map((source) => [nounOf(source.path), answeredIn(source)]));
  const unanswered = [...operations].flatMap(([noun, names]) =>
    names.filter((name) => !answered.get(noun)?.includes(name)).map((name) => `api/routes/${noun}.ts does not answer ${name}`),
  );
  const undeclared = [...answered].flatMap(([noun, names]) =>
    names.filter((name) => !operations.get(noun)?.includes(name)).map((name) => `api/contract/${noun} does not declare ${name}`),
  );
  const elsewhere = routes.flatMap((source) =>
    importsOf(source)
      .map(({ target }) => target.replace('~/', ''))
      .filter((target) => target.startsWith('api/domain/') && nounOf(target) !== nounOf(source.path))
      .map((target) => `${source.path} imports ${target}, which is about another noun`),
  );
  return [...unanswered, ...undeclared, ...elsewhere];
}
