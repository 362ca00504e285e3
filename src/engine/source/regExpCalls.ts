/** Calls that try a regular expression on a text. */
import type { Expression, Node } from './syntax.ts';

export interface TriedRegExp {
  /** Where it is written or named. */
  readonly regExp: Expression;
  /** What the probe is told of the result, see `CodeProbe`. */
  readonly how: 'match' | 'split' | 'replaced';
  /** What is searched, where the result alone does not tell whether something was found. */
  readonly receiver: Expression | null;
}

const OF_REG_EXP = new Set(['test', 'exec']);
const OF_TEXT = new Set(['match', 'search', 'split', 'matchAll', 'replace', 'replaceAll']);

/** @param constants names that are regular expressions */
export function triedRegExp(call: Node, constants: Pick<ReadonlyMap<string, Node>, 'has'>): TriedRegExp | null {
  if (call.type !== 'CallExpression' && call.type !== 'OptionalCallExpression') return null;
  const { callee, arguments: given } = call;
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return null;
  const { object, property, computed } = callee;
  if (computed || property.type !== 'Identifier' || object.type === 'Super') return null;
  const isRegExp = (node: Node): boolean =>
    node.type === 'RegExpLiteral' || (node.type === 'Identifier' && constants.has(node.name));

  if (OF_REG_EXP.has(property.name)) return isRegExp(object) ? { regExp: object, how: 'match', receiver: null } : null;
  const [first] = given;
  if (!OF_TEXT.has(property.name) || first === undefined || first.type === 'SpreadElement' || !isRegExp(first))
    return null;
  if (first.type === 'ArgumentPlaceholder') return null;
  const tried = { regExp: first, how: 'match', receiver: null } as const;
  if (property.name === 'match' || property.name === 'search') return tried;
  // With a limit, the number of parts does not tell.
  if (property.name === 'split') return given.length === 1 ? { ...tried, how: 'split' } : null;
  // Of `a?.b.replace()`, nothing is evaluated further without an `a`: its parts cannot be taken out.
  return call.type === 'CallExpression' && callee.type === 'MemberExpression'
    ? { ...tried, how: 'replaced', receiver: object }
    : null;
}
