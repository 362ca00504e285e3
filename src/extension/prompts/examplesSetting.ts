/** An experiment that names a file with its worked examples. */
import { applyEdits, modify } from 'jsonc-parser';
import { datasetEntry } from '../../engine/protocol/tasks.ts';

/** Two spaces, as new experiments are written. */
const FORMATTING = { insertSpaces: true, tabSize: 2 };

/**
 * The text of an experiment with `dataset.fewShot` set to a file; all else, comments too, stays as it is written.
 * @param task whose dataset it is; null where the experiment has one
 */
export function withExamplesFile(experiment: string, file: string, task: string | null): string {
  const edits = modify(experiment, [...datasetEntry(task, 'fewShot')], file, { formattingOptions: FORMATTING });
  return applyEdits(experiment, edits);
}
