/** The files of a dataset and the parts they make: training, validation, test, and worked examples for the prompt. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { DatasetConfig } from '../protocol/experiment.ts';
import { readDataset, type Dataset, type DatasetRow } from './dataset.ts';
import { carveValidation, selectValidation, takeExamples, type ValidationSplit } from './split.ts';

export interface DatasetParts {
  readonly train: readonly DatasetRow[];
  readonly validation: readonly DatasetRow[];
  /** Empty where the experiment names no test file. */
  readonly test: readonly DatasetRow[];
  /** Worked examples; no row of any part. */
  readonly examples: readonly DatasetRow[];
  readonly warnings: readonly string[];
  /** The file's sha256, or where there are several files one over theirs. */
  readonly hash: string;
}

/**
 * Reads the files and splits them. The validation part is carved from the source by seed, or selected from it by columns, or is a file of
 * its own; the test part is always a file of its own.
 * @param baseDir folder of the experiment file, to which paths are relative
 * @throws UserError as `readDataset`, `selectValidation` and `takeExamples`
 */
export async function readParts(config: DatasetConfig, baseDir: string, seed: number): Promise<DatasetParts> {
  const read = (file: string): Promise<Dataset> => readDataset(path.resolve(baseDir, file));
  const source = await read(config.source);
  const validation = typeof config.validation === 'string' ? await read(config.validation) : null;
  const test = config.test === undefined ? null : await read(config.test);

  const split =
    typeof config.validation === 'string'
      ? { train: source.rows, validation: validation?.rows ?? [] }
      : splitSource(source, config.validation, seed);
  const { train, examples } = Array.isArray(config.fewShot)
    ? { train: split.train, examples: givenExamples(config.fewShot) }
    : takeExamples(split.train, config.fewShot, seed);
  return {
    train,
    validation: split.validation,
    test: test?.rows ?? [],
    examples,
    warnings: typeof config.validation === 'number' ? fewerThanAsked(config.validation, split.validation.length) : [],
    hash: hashOf(source, validation, test),
  };
}

function splitSource(
  { rows, path: file }: Dataset,
  validation: Exclude<DatasetConfig['validation'], string>,
  seed: number,
): ValidationSplit<DatasetRow> {
  return typeof validation === 'number'
    ? carveValidation(rows, validation, seed)
    : selectValidation(rows, validation, file);
}

function fewerThanAsked(wanted: number, taken: number): string[] {
  if (taken === wanted) return [];
  return [
    `dataset.validation asks for ${wanted} problems, more than half of the source: ${taken}, half of it, were taken.`,
  ];
}

function givenExamples(examples: readonly Readonly<Record<string, unknown>>[]): DatasetRow[] {
  return examples.map((columns, row) => ({ file: 'dataset.fewShot', row, line: null, columns }));
}

function hashOf(source: Dataset, validation: Dataset | null, test: Dataset | null): string {
  if (validation === null && test === null) return source.sha256;
  return createHash('sha256')
    .update([source.sha256, validation?.sha256 ?? '-', test?.sha256 ?? '-'].join('\n'))
    .digest('hex');
}
