/**
 * Finds the reward functions of a Python file by their parameters. A look at its lines, not a parse: strings and comments are blanked
 * out, and what is left is regular enough for functions at the top of a file.
 */
import type { PythonConvention } from '../protocol/grader.ts';
import type { Place } from '../protocol/scoring.ts';
import type { RewardFunction } from './rewardFunction.ts';

/** A function at the top of a file. */
export interface PythonFunction extends Omit<RewardFunction, 'per'> {
  /** null for a function with the parameters of neither. */
  readonly convention: PythonConvention | null;
}

/** What one call is given: TRL gives lists, verl one completion at a time. */
export const PER_OF_CONVENTION = { trl: 'group', verl: 'completion' } as const satisfies Record<
  PythonConvention,
  RewardFunction['per']
>;

/** @param named functions that experiments name: they are rewards, whatever their parameters */
export function pythonRewards(text: string, named: readonly string[]): readonly RewardFunction[] {
  return pythonFunctions(text).flatMap(({ convention, ...one }): RewardFunction[] => {
    if (convention === null && !named.includes(one.name)) return [];
    return [{ ...one, per: convention === null ? 'completion' : PER_OF_CONVENTION[convention] }];
  });
}

/** In the order of the text. */
export function pythonFunctions(text: string): readonly PythonFunction[] {
  const code = blanked(text);
  const placeAt = places(text);
  return [...code.matchAll(/^(?:async[ \t]+)?def[ \t]+([\p{ID_Start}_]\p{ID_Continue}*)[ \t]*\(/gmu)].map(
    (definition): PythonFunction => {
      const [head, name = ''] = definition;
      const start = definition.index;
      const open = start + head.length;
      const close = endOfBrackets(code, open);
      const nameStart = start + head.indexOf(name, head.indexOf('def') + 3);
      const body = afterColon(code, close);
      const end = Math.max(body, endOfBlock(code, close));
      return {
        name,
        convention: conventionOf(parameters(code.slice(open, close))),
        place: placeAt(start, end),
        namePlace: placeAt(nameStart, nameStart + name.length),
        bodyPlace: placeAt(body, end),
      };
    },
  );
}

function conventionOf(names: readonly string[]): PythonConvention | null {
  if (names.includes('completions')) return 'trl';
  return names.includes('solution_str') && names.includes('ground_truth') ? 'verl' : null;
}

const STRINGS_AND_COMMENTS =
  /#[^\n]*|("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*(?:\1|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/g;

/** The same length and lines; of a string the first and the last character are left, as quotes, so that its lines are not empty. */
function blanked(text: string): string {
  return text.replaceAll(STRINGS_AND_COMMENTS, (found) => {
    const blank = found.replaceAll(/[^\n\r]/g, ' ');
    return found.startsWith('#') || found.length === 1 ? blank : `"${blank.slice(1, -1)}"`;
  });
}

/** Names of parameters, without `*`, types and defaults. */
function parameters(code: string): string[] {
  const flat = withoutBrackets(code);
  return flat.split(',').map((parameter) => /[\p{ID_Start}_]\p{ID_Continue}*/u.exec(parameter)?.[0] ?? '');
}

/** A type or a default may hold commas. */
function withoutBrackets(code: string): string {
  const less = code.replaceAll(/[([{][^()[\]{}]*[)\]}]/g, '');
  return less === code ? code : withoutBrackets(less);
}

/** Index of the bracket that closes the one before `from`; the end where none does. */
function endOfBrackets(code: string, from: number): number {
  let depth = 1;
  for (let i = from; i < code.length; i++) {
    const char = code.charAt(i);
    if ('([{'.includes(char)) depth++;
    if (')]}'.includes(char) && --depth === 0) return i;
  }
  return code.length;
}

/** Index behind the colon that begins the body; a type may come first. */
function afterColon(code: string, from: number): number {
  const colon = code.indexOf(':', from);
  return colon === -1 ? code.length : colon + 1;
}

/** Index behind the last character of the lines that belong to the function whose parameters end at `from`. */
function endOfBlock(code: string, from: number): number {
  const lineEnd = code.indexOf('\n', from);
  if (lineEnd === -1) return code.trimEnd().length;
  // A bracket at the beginning of a line closes one of the block's own.
  const next = /^[^\s)\]}]/m.exec(code.slice(lineEnd + 1));
  const block = next === null ? code : code.slice(0, lineEnd + 1 + next.index);
  return block.trimEnd().length;
}

function places(text: string): (start: number, end: number) => Place {
  const at = (index: number): { line: number; column: number } => {
    const before = text.slice(0, index).split('\n');
    return { line: before.length - 1, column: before.at(-1)?.length ?? 0 };
  };
  return (start, end) => {
    const { line: endLine, column: endColumn } = at(end);
    return { ...at(start), endLine, endColumn };
  };
}
