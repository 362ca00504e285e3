/** The syntax tree of TypeScript and JavaScript, with places as editors count them. */
import { parse, type ParserOptions } from '@babel/parser';
import type { Expression, File, Node } from '@babel/types';
import type { Place } from '../protocol/scoring.ts';
import { mended } from './mend.ts';

export type { Expression, File, Node } from '@babel/types';

export interface ParseOptions {
  /** Reads past what is wrong, as it is while somebody types: a tree of what can be made out. */
  readonly tolerant?: boolean;
}

/** null where the path's ending is not one of TypeScript or JavaScript, or the text cannot be read. */
export function parseSource(path: string, text: string, { tolerant = false }: ParseOptions = {}): File | null {
  const [, module, language, jsx] = /\.([cm]?)([jt]s)(x?)$/.exec(path) ?? [];
  if (language === undefined) return null;
  const options: ParserOptions = {
    sourceType: module === 'c' ? 'commonjs' : 'unambiguous',
    // A list of exports is looked at by itself, too.
    allowUndeclaredExports: true,
    plugins: [
      'decorators',
      'decoratorAutoAccessors',
      ...(language === 'ts' ? (['typescript'] as const) : []),
      ...(jsx === 'x' ? (['jsx'] as const) : []),
    ],
  };
  const parsed = parsedOrNull(text, options);
  if (parsed !== null || !tolerant) return parsed;
  const parses = (part: string): boolean => parsedOrNull(part, options) !== null;
  // What is left is between declarations: two of one name.
  return parsedOrNull(mended(text, parses), { ...options, errorRecovery: true });
}

function parsedOrNull(text: string, options: ParserOptions): File | null {
  try {
    return parse(text, options);
  } catch {
    return null;
  }
}

/** Fields of a node that hold no syntax, or that of comments. */
const BESIDES = new Set(['loc', 'extra', 'errors', 'tokens', 'comments']);
const COMMENTS = new Set(['leadingComments', 'innerComments', 'trailingComments']);

/** In the order of the fields, which is mostly that of the text. */
export function childrenOf(node: Node): readonly Node[] {
  const fields: [string, unknown][] = Object.entries(node);
  return fields.flatMap(([name, value]) =>
    BESIDES.has(name) || COMMENTS.has(name) ? [] : [value].flat().filter((child) => isNode(child)),
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

export function startOf(node: Node): number {
  return node.start ?? missing(node);
}

/** Exclusive. */
export function endOf(node: Node): number {
  return node.end ?? missing(node);
}

export function placeOf(node: Node): Place {
  const { start, end } = node.loc ?? missing(node);
  return { line: start.line - 1, column: start.column, endLine: end.line - 1, endColumn: end.column };
}

function missing({ type }: Node): never {
  throw new Error(`The parser gave a ${type} no place.`);
}

/** Without what TypeScript writes around an expression and takes away again: `as`, `satisfies`, `!`, `<Type>`. */
export function withoutTypes(expression: Expression): Expression {
  switch (expression.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
      return withoutTypes(expression.expression);
    default:
      return expression;
  }
}

/** Functions and methods. Their parameters and body are evaluated at each call. */
export function isFunction({ type }: Node): boolean {
  return FUNCTIONS.has(type);
}

const FUNCTIONS = new Set<Node['type']>([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
]);
