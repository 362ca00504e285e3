/** Names that stand for one regular expression wherever they are used in a file. */
import type { File, Node } from './syntax.ts';
import { childrenOf, isFunction } from './syntax.ts';

type RegExpLiteral = Extract<Node, { type: 'RegExpLiteral' }>;

/** Constants that are a regular expression, and whose names nothing else in the file has: by name, the expression. */
export function regExpConstants(file: File): ReadonlyMap<string, RegExpLiteral> {
  const constants = new Map<string, RegExpLiteral>();
  const bindings = new Map<string, number>();
  const bind = (pattern: Node): void => {
    for (const name of boundNames(pattern)) bindings.set(name, (bindings.get(name) ?? 0) + 1);
  };
  const visit = (node: Node): void => {
    for (const pattern of patternsOf(node)) bind(pattern);
    if (node.type === 'VariableDeclaration' && node.kind === 'const')
      for (const { id, init } of node.declarations)
        if (id.type === 'Identifier' && init?.type === 'RegExpLiteral') constants.set(id.name, init);
    childrenOf(node).forEach(visit);
  };
  visit(file.program);
  return new Map([...constants].filter(([name]) => bindings.get(name) === 1));
}

/** What in this very node makes names known. */
function patternsOf(node: Node): readonly Node[] {
  if (node.type === 'VariableDeclarator') return [node.id];
  if (node.type === 'CatchClause') return node.param ? [node.param] : [];
  if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return node.id ? [node.id] : [];
  if ('local' in node && node.type.startsWith('Import')) return [node.local];
  if (!isFunction(node)) return [];
  const named = 'id' in node && node.id ? [node.id] : [];
  return 'params' in node && Array.isArray(node.params) ? [...named, ...node.params] : named;
}

function boundNames(pattern: Node): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : boundNames(element)));
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    case 'TSParameterProperty':
      return boundNames(pattern.parameter);
    default:
      return [];
  }
}
