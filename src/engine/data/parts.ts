/** The sources of a dataset and the parts they make: training, validation, test, and worked examples for the prompt. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Environment } from '../hub/hubPlaces.ts';
import { UserError } from '../protocol/errors.ts';
import type { DatasetConfig } from '../protocol/datasetConfig.ts';
import type { DatasetOrigin } from '../protocol/run.ts';
import { readDataset } from './dataset.ts';
import { fewShotOf } from './fewShot.ts';
import type { DatasetRow } from './row.ts';
import { withColumns, withMissingColumns } from './rowShape.ts';
import { readSource, sourcesOf, type ReadSource } from './sources.ts';
import { carve, rowsOfPortion, select, type Taken } from './split.ts';

export interface DatasetParts {
  readonly train: readonly DatasetRow[];
  readonly validation: readonly DatasetRow[];
  /** Empty where the experiment has none. */
  readonly test: readonly DatasetRow[];
  /** Worked examples; no row of any part. */
  readonly examples: readonly DatasetRow[];
  readonly warnings: readonly string[];
  /** The file's sha256, or where there are several files one over theirs. */
  readonly hash: string;
  /** What was read, the source of the training part first. */
  readonly origins: readonly DatasetOrigin[];
}

/**
 * Reads the sources and splits them. Validation and test are each carved from the source by seed, or selected from it by columns, or have
 * a source of their own.
 * @param baseDir folder of the experiment file, to which paths are relative
 * @param env says where datasets of the hub are kept
 * @throws UserError as `readSource`, `withColumns`, `select` and `fewShotOf`, and where no row is left to train on
 */
export async function readParts(
  config: DatasetConfig,
  baseDir: string,
  seed: number,
  env: Environment = process.env,
): Promise<DatasetParts> {
  const read = new Map<DatasetOrigin['role'], ReadSource>();
  for (const named of sourcesOf(config)) {
    const { rows, ...rest } = await readSource(named, { baseDir, env });
    read.set(named.role, { ...rest, rows: rows.map((row) => withColumns(row, config.columns)) });
  }
  const splitSeed = config.splitSeed ?? seed;
  const split = splitSource(config, read, splitSeed);
  const { train, examples, sha256 } = await fewShotOf(config, {
    train: split.train,
    seed: splitSeed,
    read: async (file) => {
      const { rows, ...rest } = await readDataset(file, [{ path: path.resolve(baseDir, file), name: file }]);
      return { ...rest, rows: rows.map((row) => withMissingColumns(row, config.columns)) };
    },
  });
  return {
    train,
    validation: split.validation,
    test: split.test,
    examples,
    warnings: split.warnings,
    hash: withExamplesFile(hashOf(read), sha256),
    origins: Array.from(read.values(), ({ origin }) => origin),
  };
}

type Split = Pick<DatasetParts, 'train' | 'validation' | 'test' | 'warnings'>;

/** The test part is taken first, so that it stays the same whatever the others are. */
function splitSource(config: DatasetConfig, read: ReadonlyMap<DatasetOrigin['role'], ReadSource>, seed: number): Split {
  const { rows = [], name = config.source } = read.get('train') ?? {};
  const warnings: string[] = [];

  const test = takeTest(config.test, rows, name, seed);
  const { validation: wanted } = config;
  let validation: Taken<DatasetRow>;
  if (typeof wanted === 'string') validation = { taken: read.get('validation')?.rows ?? [], left: test.left };
  else if (typeof wanted === 'number') {
    // At most half, so that the default fits small datasets too.
    const count = rowsOfPortion(wanted, rows.length);
    validation = carve(test.left, Math.min(count, Math.floor(test.left.length / 2)), 'validation', seed);
    if (validation.taken.length < count) warnings.push(fewerThanAsked(count, validation.taken.length));
  } else {
    const file = test.taken.length === 0 ? name : `${name} (without its test rows)`;
    validation = select(test.left, wanted, 'validation', file);
  }

  return {
    train: validation.left,
    validation: validation.taken,
    test: typeof config.test === 'string' ? (read.get('test')?.rows ?? []) : test.taken,
    warnings,
  };
}

function takeTest(
  wanted: DatasetConfig['test'],
  rows: readonly DatasetRow[],
  file: string,
  seed: number,
): Taken<DatasetRow> {
  if (wanted === undefined || typeof wanted === 'string') return { taken: [], left: rows };
  if (typeof wanted !== 'number') return select(rows, wanted, 'test', file);
  const count = rowsOfPortion(wanted, rows.length);
  if (count >= rows.length)
    throw new UserError(
      `dataset.test takes ${count} of the ${rows.length} rows of ${file}, and none would be left to train on. Lower it, or give the test problems a file of their own.`,
    );
  return carve(rows, count, 'test', seed);
}

function fewerThanAsked(wanted: number, taken: number): string {
  return `dataset.validation asks for ${wanted} problems, more than half of the source: ${taken}, half of it, were taken.`;
}

function hashOf(read: ReadonlyMap<DatasetOrigin['role'], ReadSource>): string {
  const source = read.get('train')?.sha256 ?? '';
  if (read.size === 1) return source;
  const others = (['validation', 'test'] as const).map((role) => read.get(role)?.sha256 ?? '-');
  return createHash('sha256')
    .update([source, ...others].join('\n'))
    .digest('hex');
}

/** Other examples are other prompts: where a file has them, it is data too. */
function withExamplesFile(hash: string, examples: string | null): string {
  return examples === null ? hash : createHash('sha256').update(`${hash}\n${examples}`).digest('hex');
}
