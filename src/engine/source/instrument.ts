/**
 * Puts calls of a probe into the functions of a source file, so that what happens in them can be told: values pass through unchanged,
 * and nothing else is different for the code. Places are those of the text as it was; a source map to it is in the text that results.
 */
import MagicString from 'magic-string';
import { MAX_PLACES } from '../protocol/grader.ts';
import { PROBE, type ProbedPlace } from './probedPlaces.ts';
import { triedRegExp, type TriedRegExp } from './regExpCalls.ts';
import { regExpConstants } from './regExpConstants.ts';
import {
  childrenOf,
  endOf,
  isFunction,
  parseSource,
  placeOf,
  startOf,
  withoutTypes,
  type Expression,
  type Node,
} from './syntax.ts';

export interface Instrumented {
  readonly text: string;
  /** By the number that the probe is called with. */
  readonly places: readonly ProbedPlace[];
}

/** null for text that does not parse, is no TypeScript or JavaScript, or has too much in it. */
export function instrument(path: string, text: string): Instrumented | null {
  if (text.includes(PROBE)) return null;
  const file = parseSource(path, text);
  if (file === null) return null;
  const instrumenter = new Instrumenter(text, regExpConstants(file));
  instrumenter.visit(file.program, null, false);
  const { places } = instrumenter;
  return places.length > MAX_PLACES ? null : { text: instrumenter.result(path), places };
}

class Instrumenter {
  readonly places: ProbedPlace[] = [];
  readonly #text: MagicString;
  readonly #regExps: ReadonlyMap<string, Node>;

  constructor(text: string, regExps: ReadonlyMap<string, Node>) {
    this.#text = new MagicString(text);
    this.#regExps = regExps;
  }

  result(path: string): string {
    const map = this.#text.generateMap({ source: path, hires: 'boundary' });
    return `${this.#text.toString()}\n//# sourceMappingURL=${map.toUrl()}\n`;
  }

  visit(node: Node, parent: Node | null, inFunction: boolean): void {
    if (inFunction || node.type === 'ArrowFunctionExpression') this.#probe(node, parent);
    const within = inFunction || isFunction(node);
    for (const child of childrenOf(node)) this.visit(child, node, within);
  }

  #probe(node: Node, parent: Node | null): void {
    switch (node.type) {
      case 'VariableDeclaration':
        // What a loop counts with is seen in its condition.
        if (parent?.type === 'ForStatement') return;
        for (const { init } of node.declarations)
          if (init) this.#value(node.kind === 'const' ? 'const' : 'assigned', init);
        return;
      case 'ExpressionStatement':
        this.#assigned(node.expression);
        return;
      case 'ReturnStatement':
        if (node.argument) this.#value('return', node.argument);
        return;
      case 'ArrowFunctionExpression':
        if (node.body.type !== 'BlockStatement') this.#value('return', node.body);
        return;
      case 'IfStatement':
      case 'ConditionalExpression':
        this.#branching(node.test, node.consequent, node.alternate ?? node.test);
        return;
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        if (node.test) this.#wrap('condition', node.test, { kind: 'condition', place: placeOf(node.test) });
        return;
      case 'SwitchStatement': {
        const at = this.#wrap('reach', node.discriminant, { kind: 'switch' });
        for (const one of node.cases) this.#case(at, one, one.consequent[0]);
        return;
      }
      case 'CallExpression':
      case 'OptionalCallExpression': {
        const tried = continuesChain(node, parent) ? null : triedRegExp(node, this.#regExps);
        if (tried !== null) this.#tried(node, tried);
        return;
      }
      default:
    }
  }

  /** `x = 1`, `x += 1` and `x++` as statements of their own. */
  #assigned(expression: Expression): void {
    if (expression.type === 'AssignmentExpression') {
      const { right } = expression;
      if (!isNamedByPlace(right)) this.#wrap('value', expression, { kind: 'assigned', place: placeOf(expression) });
    } else if (expression.type === 'UpdateExpression' && expression.argument.type === 'Identifier') {
      const { name } = expression.argument;
      // What it comes to is what the variable has then: `x++` itself is what it had before.
      const at = this.places.push({ kind: 'assigned', place: placeOf(expression) }) - 1;
      this.#enclose(expression, `${PROBE}.value(${at}, (`, `, ${name}))`);
    }
  }

  #value(kind: 'const' | 'assigned' | 'return', value: Expression): void {
    if (!isNamedByPlace(value)) this.#wrap('value', value, { kind, place: placeOf(value) });
  }

  #branching(test: Expression, yes: Node, no: Node): void {
    const branches = { then: placeOf(yes), else: placeOf(no) };
    this.#wrap('condition', test, { kind: 'condition', place: placeOf(test), branches });
  }

  #case(of: number, node: Node, first: Node | undefined): void {
    // One without statements of its own goes on into the next.
    if (first === undefined) return;
    const at = this.places.push({ kind: 'case', place: placeOf(node), of }) - 1;
    this.#text.appendRight(startOf(first), `${PROBE}.enter(${at});`);
  }

  #tried(call: Expression, { regExp, how, receiver }: TriedRegExp): void {
    const place = { kind: 'match', place: placeOf(regExp) } as const;
    if (receiver === null) {
      this.#wrap(how, call, place);
      return;
    }
    const again = this.#text.original.slice(startOf(regExp), endOf(regExp));
    const at = this.#wrap(how, call, place, `, ${again}`);
    this.#enclose(receiver, `${PROBE}.input(${at}, `, ')');
  }

  /** Returns the number of the place. */
  #wrap(method: string, value: Expression, place: ProbedPlace, more = ''): number {
    const at = this.places.push(place) - 1;
    this.#enclose(value, `${PROBE}.${method}(${at}, `, `${more})`);
    return at;
  }

  /** Outer expressions come before those in them: their beginnings are put in front, their ends behind. */
  #enclose(value: Expression, before: string, after: string): void {
    // A comma in the call would begin the next argument.
    const [open, close] = value.type === 'SequenceExpression' ? ['(', ')'] : ['', ''];
    this.#text.appendRight(startOf(value), before + open);
    this.#text.prependLeft(endOf(value), close + after);
  }
}

/** What is a function takes its name from where it stands, and says nothing as a value. */
function isNamedByPlace(value: Expression): boolean {
  const { type } = withoutTypes(value);
  return type === 'ArrowFunctionExpression' || type === 'FunctionExpression' || type === 'ClassExpression';
}

/** Whether more of an optional chain follows, which is not evaluated either where the call is not: `a?.match(b).index`. */
function continuesChain(call: Node, parent: Node | null): boolean {
  if (call.type !== 'OptionalCallExpression' || parent === null) return false;
  return ['OptionalMemberExpression', 'OptionalCallExpression', 'TSNonNullExpression'].includes(parent.type);
}
