/**
 * What a chat template may take. It is a program that comes with a model: one that is wrong or means harm could run without end, or make
 * values until memory is gone. So what it evaluates is counted, which does not depend on the clock.
 *
 * What an expression makes is counted when it is there: one replacement or one list may be as large as JavaScript allows before it is refused.
 */
import { Environment, Interpreter, Template } from '@huggingface/jinja';

/** Parts: a conversation as long as a book takes some millions where a template passes it through several texts. */
const BUDGET = 10_000_000;
/** Of each evaluation, each round of a loop, and each element that a list or mapping is made of. */
const STEP_PARTS = 10;
/** Characters that count as one part in a text that is made, and in one that is only read; and elements of a list that is. */
const MADE_CHARACTERS = 4;
const READ_CHARACTERS = 64;
const READ_ELEMENTS = 4;

/** What makes a value, beside literals that stand in the template. Texts that come out of a loop or a branch are new ones. */
const MAKES: ReadonlySet<unknown> = new Set([
  'ArrayLiteral',
  'TupleLiteral',
  'ObjectLiteral',
  'BinaryExpression',
  'CallExpression',
  'FilterExpression',
  'FilterStatement',
  'CallStatement',
  'For',
  'If',
]);

/** What is counted of a node's value: all that it is made of, or how long it is, since it is read to its end or gone through in a loop. */
type Use = 'made' | 'read' | 'looped';
const USES: Readonly<Record<string, Use>> = {
  operand: 'read',
  left: 'read',
  right: 'read',
  object: 'read',
  iterable: 'looped',
  lhs: 'looped',
  // Statements, whose values are written as text.
  body: 'made',
  alternate: 'made',
  defaultBlock: 'made',
};

type Fields = Readonly<Record<string, unknown>>;
const NONE: Fields = {};
const hasFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Fields => (hasFields(value) ? value : NONE);

/** A template that ends, and whose values have an end. */
export class BoundedTemplate {
  readonly #tree: object;
  readonly #uses: ReadonlyMap<unknown, Use>;

  /** @throws SyntaxError */
  constructor(source: string) {
    this.#tree = new Template(source).parsed;
    this.#uses = usesIn(this.#tree);
  }

  /** @throws RangeError where it takes too much, and what the template itself raises */
  render(variables: Fields): string {
    return new CountingInterpreter(this.#uses, variables).run(this.#tree).value;
  }
}

/** Of the nodes of a syntax tree whose values are counted. */
function usesIn(tree: object): ReadonlyMap<unknown, Use> {
  const uses = new Map<unknown, Use>();
  const nodes: unknown[] = [tree];
  while (nodes.length > 0) {
    const node = nodes.pop();
    const fields = fieldsOf(node);
    for (const [key, field] of Object.entries(fields)) {
      // A mapping's expressions are the keys and values of a Map.
      const children: unknown[] = field instanceof Map ? [...field].flat() : [field].flat();
      const use = USES[key];
      if (use !== undefined) for (const child of children) if (uses.get(child) !== 'made') uses.set(child, use);
      nodes.push(...children.filter(hasFields));
    }
    if (MAKES.has(fields['type']) || isSlice(fields)) uses.set(node, 'made');
  }
  return uses;
}

/** Evaluates a tree until its budget is spent. One for each rendering. */
class CountingInterpreter extends Interpreter {
  readonly #uses: ReadonlyMap<unknown, Use>;
  #left = BUDGET;

  constructor(uses: ReadonlyMap<unknown, Use>, variables: Fields) {
    const environment = new Environment();
    super(environment);
    this.#uses = uses;
    const range = (start: number, stop?: number, step = 1): number[] => this.#range(start, stop, step);
    for (const [name, value] of Object.entries({ ...CONSTANTS, ...variables, range })) environment.set(name, value);
  }

  override evaluate(node: object, environment: Environment): unknown {
    this.#spend(STEP_PARTS);
    const value = super.evaluate(node, environment);
    const use = this.#uses.get(node);
    if (use === 'made') this.#spendMade(value);
    else if (use !== undefined) this.#spendRead(value, use);
    return value;
  }

  #spend(parts: number): void {
    this.#left -= parts;
    if (!(this.#left >= 0)) throw new RangeError('it takes more steps, or more memory, than any conversation needs');
  }

  /** Not by recursion: a value may be deep, or hold itself. */
  #spendMade(value: unknown): void {
    const values = [value];
    while (values.length > 0) {
      const { value: content } = fieldsOf(values.pop());
      if (typeof content === 'string') this.#spend(content.length / MADE_CHARACTERS);
      if (!Array.isArray(content) && !(content instanceof Map)) continue;
      for (const inner of content.values()) {
        this.#spend(STEP_PARTS);
        values.push(inner);
      }
    }
  }

  #spendRead(value: unknown, use: 'read' | 'looped'): void {
    const { value: content } = fieldsOf(value);
    if (typeof content === 'string') this.#spend(content.length / READ_CHARACTERS);
    const elements = Array.isArray(content) ? content.length : content instanceof Map ? content.size : 0;
    this.#spend(use === 'looped' ? elements * STEP_PARTS : elements / READ_ELEMENTS);
  }

  #range(start: number, stop: number | undefined, step: number): number[] {
    const [from, to] = stop === undefined ? [0, start] : [start, stop];
    const count = Math.max(0, Math.ceil((to - from) / step));
    this.#spend(count * STEP_PARTS);
    return Array.from({ length: count }, (_, index) => from + index * step);
  }
}

/** What all templates know. */
const CONSTANTS: Fields = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  raise_exception: (message: string): never => {
    throw new Error(message);
  },
};

/** `messages[1:]`, which makes a new list. */
function isSlice({ property }: Fields): boolean {
  return fieldsOf(property)['type'] === 'SliceExpression';
}
