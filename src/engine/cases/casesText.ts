/** Changes to the text of a file of cases; what a person wrote and how, comments included, stays as it is. */
import { applyEdits, modify, type Edit, type FormattingOptions } from 'jsonc-parser';
import {
  CASES_VERSION,
  isSameInput,
  parseRewardCases,
  writtenCase,
  type RewardCase,
  type WrittenCase,
} from '../protocol/rewardCases.ts';

/** How a text becomes another. */
export interface CasesChange {
  /** `same`: the file has this very case. */
  readonly kind: 'added' | 'changed' | 'same';
  /** The new text. */
  readonly text: string;
  /** Index of the case in it. */
  readonly index: number;
}

/** The text of a file that has no case yet. */
export const EMPTY_CASES_TEXT = `// Completions with the score that a reward function shall give them. They are checked
// in the Testing view, before each start, and by: rlvr score --cases <this file>
{
  "version": ${CASES_VERSION},
  "cases": []
}
`;

/**
 * Puts a case at the end; where the same input has one already, that one expects from now on what the new one does.
 * @throws RewardCasesError where the text cannot be read
 */
export function withCase(text: string, fileName: string, added: RewardCase): CasesChange {
  const cases = parseRewardCases(text, fileName);
  const index = cases.findIndex((one) => isSameInput(one, added));
  const present = cases[index];
  if (present === undefined) {
    const edits = edited(text, ['cases', -1], writtenCase(added), true);
    return { kind: 'added', text: applyEdits(text, edits), index: cases.length };
  }
  if (Object.is(present.expected, added.expected)) return { kind: 'same', text, index };
  const edits = edited(text, ['cases', index, 'expected'], added.expected);
  return { kind: 'changed', text: applyEdits(text, edits), index };
}

export interface CasesChanges {
  /** The new text. */
  readonly text: string;
  /** Cases that were put in or expect something else now, ... */
  readonly written: number;
  /** ... and those that the file had. */
  readonly same: number;
  /** Index of the first of them in the new text; 0 where there is none. */
  readonly first: number;
}

/**
 * Puts in several, one after the other, as `withCase` does.
 * @throws RewardCasesError where the text cannot be read
 */
export function withCases(text: string, fileName: string, added: readonly RewardCase[]): CasesChanges {
  const indices: number[] = [];
  let now = text;
  let same = 0;
  for (const one of added) {
    const change = withCase(now, fileName, one);
    now = change.text;
    indices.push(change.index);
    if (change.kind === 'same') same++;
  }
  return { text: now, written: added.length - same, same, first: indices[0] ?? 0 };
}

function edited(
  text: string,
  path: (string | number)[],
  value: WrittenCase | RewardCase['expected'],
  isArrayInsertion = false,
): Edit[] {
  return modify(text, path, value, { formattingOptions: formattingOf(text), isArrayInsertion });
}

/** The indentation of the text's first indented key; its line ends are kept by the editing itself. */
function formattingOf(text: string): FormattingOptions {
  const indentation = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indentation.startsWith('\t'),
    tabSize: indentation.startsWith('\t') ? 1 : indentation.length,
  };
}
