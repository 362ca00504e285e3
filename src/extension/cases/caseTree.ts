/** A file of cases as a tree: functions, and under each its cases. */
import { createHash } from 'node:crypto';
import { caseTitle, scoreText } from '../../engine/cases/caseTitle.ts';
import { parseRewardCases, type PlacedCase } from '../../engine/protocol/rewardCases.ts';
import { messageOf } from '../../engine/run/errors.ts';

export interface CaseLeaf {
  /** The same for as long as the case asks for the score of the same thing, wherever it stands in the file. */
  readonly id: string;
  readonly title: string;
  /** What it expects. */
  readonly description: string;
  readonly case: PlacedCase;
}

export interface FunctionBranch {
  readonly name: string;
  readonly leaves: readonly CaseLeaf[];
}

/** `error`: why the file cannot be read, with its line. */
export type CaseTree = { readonly functions: readonly FunctionBranch[] } | { readonly error: string };

/** Functions in the order in which the file first names them. */
export function caseTree(text: string, file: string): CaseTree {
  try {
    const byFunction = Map.groupBy(parseRewardCases(text, file), (one) => one.function);
    return { functions: [...byFunction].map(([name, cases]) => ({ name, leaves: cases.map(leafOf) })) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

function leafOf(one: PlacedCase): CaseLeaf {
  const { row, prompt, step, completions, index, expected } = one;
  const id = createHash('sha256')
    .update(JSON.stringify([one.function, row, prompt, step, completions, index]))
    .digest('hex');
  return { id, title: caseTitle(one), description: `→ ${scoreText(expected)}`, case: one };
}
