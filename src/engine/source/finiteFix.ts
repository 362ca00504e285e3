/** A reward function that returns what is no number, made to say that it does not apply there: null. */
import { exportsOf } from './exports.ts';
import { sourceFix, type Replacement, type SourceFix } from './sourceFix.ts';
import {
  childrenOf,
  endOf,
  isFunction,
  parseSource,
  startOf,
  withoutTypes,
  type Expression,
  type Node,
} from './syntax.ts';

/** For what is returned where that has no name yet. */
const NAMES = ['score', 'value', 'result'];

/** Where more is returned that is worked out, an edit of all of it is no small change. */
const MAX_RETURNS = 3;

/** Every place is edited where something is returned that is worked out. null where there is none, or where it is not certain what to edit. */
export function finiteFix(path: string, text: string, name: string): SourceFix | null {
  const file = parseSource(path, text);
  const exported = file === null ? undefined : exportsOf(file).find((one) => one.name === name);
  const called = exported?.value ? functionOf(exported.value) : null;
  if (called === null || returnsAnother(called)) return null;
  const type = returnTypeOf(called);
  const worked = returnsOf(called).filter(({ value }) => !isConstant(value));
  if (type === null || worked.length === 0 || worked.length > MAX_RETURNS) return null;
  const returned = worked.map((one) => guarded(text, one));
  const edits = returned.filter((edit) => edit !== null);
  return edits.length < returned.length ? null : sourceFix(text, 'nullForNaN', '', [...type, ...edits]);
}

/** Something that is returned: its statement, or the body of an arrow function. */
interface Returned {
  readonly node: Node;
  readonly value: Expression;
  /** Whether the statement stands among others; else braces have to be put around several. */
  readonly amongOthers: boolean;
}

function functionOf(value: Node): Node | null {
  switch (value.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return functionOf(value.expression);
    default:
      return isFunction(value) ? value : null;
  }
}

/** Whether a call comes to something else than what is returned, which may be a promise itself: it is async, or a generator. */
function returnsAnother(called: Node): boolean {
  return ('async' in called && called.async) || ('generator' in called && called.generator === true);
}

function returnsOf(called: Node): Returned[] {
  if (called.type === 'ArrowFunctionExpression' && called.body.type !== 'BlockStatement')
    return [{ node: called.body, value: called.body, amongOthers: false }];
  const found: Returned[] = [];
  const visit = (node: Node, parent: Node): void => {
    if (isFunction(node)) return;
    if (node.type === 'ReturnStatement' && node.argument)
      found.push({ node, value: node.argument, amongOthers: parent.type === 'BlockStatement' });
    for (const child of childrenOf(node)) visit(child, node);
  };
  for (const child of childrenOf(called)) visit(child, called);
  return found;
}

/** What has to be said of the type that is returned: nothing where there is none, or it knows null; null where that cannot be told. */
function returnTypeOf(called: Node): readonly Replacement[] | null {
  const annotation = 'returnType' in called ? called.returnType : null;
  if (!annotation) return [];
  if (annotation.type !== 'TSTypeAnnotation') return null;
  const type = annotation.typeAnnotation;
  if (type.type === 'TSNumberKeyword') return [{ node: type, text: 'number | null' }];
  return type.type === 'TSUnionType' && type.types.some((one) => one.type === 'TSNullKeyword') ? [] : null;
}

/** What is evaluated is evaluated once. null where the text has no room for that. */
function guarded(source: string, { node, value, amongOthers }: Returned): Replacement | null {
  const text = source.slice(startOf(value), endOf(value));
  if (value.type === 'Identifier') return { node: value, text: `Number.isFinite(${text}) ? ${text} : null` };
  const name = NAMES.find((candidate) => !new RegExp(`\\b${candidate}\\b`).test(source));
  // A block in parentheses is none.
  if (name === undefined || (node === value && value.extra?.['parenthesized'] === true)) return null;
  const indentation = indentationAt(source, startOf(node));
  const lines = [`const ${name} = ${text};`, `return Number.isFinite(${name}) ? ${name} : null;`];
  if (amongOthers) return { node, text: lines.join(`\n${indentation}`) };
  const unit = indentation.startsWith('\t') || /^\t/m.test(source) ? '\t' : '  ';
  return { node, text: `{\n${lines.map((line) => indentation + unit + line).join('\n')}\n${indentation}}` };
}

function indentationAt(source: string, offset: number): string {
  const line = source.slice(source.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

const COMPARISONS = new Set(['==', '!=', '===', '!==', '<', '<=', '>', '>=', 'in', 'instanceof']);

/** Whether a value is no number, or a finite one, whatever happens. */
function isConstant(value: Expression): boolean {
  const plain = withoutTypes(value);
  switch (plain.type) {
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
      return true;
    case 'UnaryExpression':
      return plain.operator === '!' || isConstant(plain.argument);
    case 'BinaryExpression':
      return COMPARISONS.has(plain.operator);
    case 'ConditionalExpression':
      return isConstant(plain.consequent) && isConstant(plain.alternate);
    case 'LogicalExpression':
      return isConstant(plain.left) && isConstant(plain.right);
    default:
      return false;
  }
}
