/**
 * What a chat template may take. It is a program that comes with a model: one that is wrong or means harm could run without end, or make
 * a value that doubles until memory is gone. So its syntax tree is made to count, which does not depend on the clock.
 */
import { Template } from '@huggingface/jinja';

/** Parts of values that are kept, and more than that for what is done: a conversation as long as a book takes half of it. */
const BUDGET = 1_000_000;
/** Parts that a round of a loop, or a call of a macro, counts as. */
const STEP_PARTS = 10;
/** Characters of a text that count as one part. */
const PART_CHARACTERS = 4;

/** Names that no template can write, and so cannot put something else in place of. */
const [STEP, PARTS, RANGE] = ['spend a step', 'spend its parts', 'range within the budget'];

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const statementsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What has a body that may be run many times. */
const REPEATED: readonly unknown[] = ['For', 'Macro', 'CallStatement'];
const BODIES = ['body', 'alternate', 'defaultBlock'];

/** Makes a parsed template count. It is rendered with the variables of a new budget each time. */
export function countSteps(template: Template): void {
  insertInto(template.parsed.body);
  template.parsed.body.unshift(
    ...parsed('{% set range = x %}', (set) => ({ ...set, value: named(set['value'], RANGE) })),
  );
}

function insertInto(statements: unknown[]): void {
  for (const statement of [...statements]) {
    if (!isNode(statement)) continue;
    for (const key of BODIES) insertInto(statementsOf(statement[key]));
    const body = statementsOf(statement['body']);
    if (REPEATED.includes(statement['type'])) body.unshift(call(STEP));
    if (statement['type'] === 'Macro')
      for (const argument of statementsOf(statement['args'])) body.unshift(call(PARTS, keyOf(argument)));
    if (statement['type'] === 'Set')
      statements.splice(statements.indexOf(statement) + 1, 0, call(PARTS, statement['assignee']));
  }
}

/** The name of a macro's argument, which may have a value for where it is not given. */
function keyOf(argument: unknown): unknown {
  return isNode(argument) && argument['type'] === 'KeywordArgumentExpression' ? argument['key'] : argument;
}

/** A statement that calls one of ours, which gives no text. */
function call(name: string, ...args: readonly unknown[]): object {
  const [statement = {}] = parsed('{{ x() }}', (node) => ({ ...node, callee: named(node['callee'], name), args }));
  return statement;
}

function parsed(source: string, change: (node: Node) => Node): object[] {
  return new Template(source).parsed.body.map((node) => (isNode(node) ? change(node) : node));
}

function named(identifier: unknown, name: string): Node {
  return { ...(isNode(identifier) ? identifier : {}), value: name };
}

/** The variables of one rendering. What they throw ends it. */
export function templateBudget(): Readonly<Record<string, unknown>> {
  let left = BUDGET;
  const spend = (parts: number): void => {
    left -= parts;
    if (!(left >= 0)) throw new RangeError('it takes more steps, or more memory, than any conversation needs');
  };
  return {
    [STEP]: () => (spend(STEP_PARTS), ''),
    [PARTS]: (value: unknown) => {
      // Not by recursion: a value may be deep, or hold itself.
      const parts = [value];
      while (parts.length > 0) {
        const part = parts.pop();
        if (typeof part === 'string') spend(part.length / PART_CHARACTERS);
        if (!Array.isArray(part) && !(part instanceof Map)) continue;
        for (const inner of part.values()) {
          spend(1);
          parts.push(valueOf(inner));
        }
      }
      return '';
    },
    [RANGE]: (start: number, stop?: number, step = 1) => {
      const [from, to] = stop === undefined ? [0, start] : [start, stop];
      const count = Math.max(0, Math.ceil((to - from) / step));
      spend(count);
      return Array.from({ length: count }, (_, index) => from + index * step);
    },
  };
}

/** Of the library's wrapping of values. */
function valueOf(part: unknown): unknown {
  return isNode(part) ? part['value'] : part;
}
