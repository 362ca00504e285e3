/** Worked examples before the question (`dataset.fewShot`): drawn from the training part, a named set, a file, or the rows themselves. */
import type { DatasetConfig } from '../protocol/datasetConfig.ts';
import { fewShotSetSizes, isFewShotSet, type FewShotSetName } from '../protocol/fewShotSets.ts';
import type { Dataset } from './dataset.ts';
import ownProblems from './fewShot/rlvr-cot.json' with { type: 'json' };
import type { Columns, DatasetRow } from './row.ts';
import { takeExamples } from './split.ts';
import { parseTemplate } from './template.ts';

export interface FewShot {
  /** In the order of the prompt. */
  readonly examples: readonly DatasetRow[];
  /** The training rows without those drawn. */
  readonly train: readonly DatasetRow[];
  /** Of the file's bytes where they come from a file, else null. */
  readonly sha256: string | null;
}

export interface FewShotSource {
  readonly train: readonly DatasetRow[];
  readonly seed: number;
  /** Reads a file of the experiment's. */
  readonly read: (file: string) => Promise<Dataset>;
}

/** @throws UserError as `takeExamples`, and where the file cannot be read */
export async function fewShotOf(
  config: Pick<DatasetConfig, 'fewShot' | 'prompt' | 'completion'>,
  { train, seed, read }: FewShotSource,
): Promise<FewShot> {
  const { fewShot } = config;
  if (typeof fewShot === 'number') return { ...takeExamples(train, fewShot, seed), sha256: null };
  if (typeof fewShot !== 'string') return { examples: givenRows('dataset.fewShot', fewShot), train, sha256: null };
  if (isFewShotSet(fewShot)) return { examples: givenRows(fewShot, ownExamples(fewShot, config)), train, sha256: null };
  const { rows, sha256 } = await read(fewShot);
  return { examples: rows, train, sha256 };
}

/** The rows of a named set in the columns that the templates name, where each names one; else in `question` and `answer`. */
function ownExamples(
  set: FewShotSetName,
  { prompt, completion }: Pick<DatasetConfig, 'prompt' | 'completion'>,
): Columns[] {
  const question = onlyColumn(prompt, 'dataset.prompt') ?? 'question';
  const answer = onlyColumn(completion, 'dataset.completion') ?? 'answer';
  return ownProblems
    .slice(0, fewShotSetSizes[set])
    .map((problem) => ({ [question]: problem.question, [answer]: problem.answer }));
}

function onlyColumn(template: string, key: string): string | null {
  const named = parseTemplate(template, key).parts.flatMap((part) => ('column' in part ? [part.column] : []));
  const [column, ...others] = new Set(named);
  return column === undefined || others.length > 0 ? null : column;
}

/** @param name as errors shall call where they stand */
function givenRows(name: string, rows: readonly Columns[]): DatasetRow[] {
  return rows.map((columns, row) => ({ file: name, row, line: null, columns }));
}
