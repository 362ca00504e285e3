/** An experiment that names a file with its worked examples. */
import { applyEdits, modify } from 'jsonc-parser';

/** Two spaces, as new experiments are written. */
const FORMATTING = { insertSpaces: true, tabSize: 2 };

/** The text of an experiment with `dataset.fewShot` set to a file; all else, comments too, stays as it is written. */
export function withExamplesFile(experiment: string, file: string): string {
  return applyEdits(experiment, modify(experiment, ['dataset', 'fewShot'], file, { formattingOptions: FORMATTING }));
}
