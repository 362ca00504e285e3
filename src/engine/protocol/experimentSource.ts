/** The text of an experiment file as a value, with the place in the file of each of its entries. */
import { ExperimentError } from './experimentError.ts';
import { readJsonSource, type JsonSource } from './jsonSource.ts';

/** An experiment that has been read but not checked. */
export type ExperimentSource = JsonSource;

/**
 * Reads JSON with comments and trailing commas.
 *
 * @param fileName as errors shall call it
 * @throws {ExperimentError} for a syntax error or a key given twice
 */
export function readExperimentSource(text: string, fileName: string): ExperimentSource {
  return readJsonSource(text, fileName, {
    whenEmpty: 'An experiment needs at least "model", "dataset" and "rewards".',
    error: ExperimentError,
  });
}
