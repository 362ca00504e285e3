/** Where the worked examples of a prompt come from, in words. */
import type { DatasetRow } from '../data/row.ts';
import { isFewShotSet } from '../protocol/fewShotSets.ts';
import type { PreviewedExamples } from '../protocol/preview.ts';
import { datasetEntryText, type Task } from '../protocol/tasks.ts';
import { plural } from '../words/format.ts';

/** Rows that are named one by one; more are no help. */
const MOST_NAMED = 10;

/** @param seed by which examples are drawn */
export function examplesOrigin(
  { name: task, dataset: { fewShot } }: Pick<Task, 'name' | 'dataset'>,
  examples: readonly DatasetRow[],
  seed: number,
): PreviewedExamples {
  const { length: count } = examples;
  const worked = plural(count, 'worked example');
  if (count === 0) return { from: 'none', count, words: 'No worked examples come before the question.' };
  if (typeof fewShot === 'number') {
    const named = examples.slice(0, MOST_NAMED).map(({ row }) => row);
    const rows = `${count === 1 ? 'row' : 'rows'} ${named.join(', ')}${count > named.length ? ', …' : ''}`;
    const words = `${worked}, drawn from the training part by seed ${seed} (${rows} of ${examples[0]?.file ?? ''}) and not trained on.`;
    return { from: 'drawn', count, words };
  }
  if (typeof fewShot !== 'string')
    return { from: 'rows', count, words: `${worked}, as ${datasetEntryText(task, 'fewShot')} has them.` };
  if (!isFewShotSet(fewShot)) return { from: 'file', count, words: `${worked} from ${fewShot}.` };
  const words = `${worked} of the set ${fewShot}: this project's own, in the style of chain-of-thought prompting (arXiv:2201.11903), not the paper's.`;
  return { from: 'set', count, words };
}
