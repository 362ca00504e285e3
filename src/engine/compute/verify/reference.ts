/**
 * Reference files: values that another implementation computed for a model, as `golden.safetensors` with the single numbers in
 * `golden.json` beside it. What each name means is described in docs/adding-an-architecture.md. All but the sequences is optional.
 */
import { access } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { z } from 'zod';
import { readJsonObject } from '../../model/jsonFile.ts';
import { isMissing } from '../../model/regularFile.ts';
import { readSafetensors, type Tensor } from '../../model/tensorData.ts';
import { UserError } from '../../protocol/errors.ts';

const byName = z.record(z.string(), z.number());

/** The numbers; the defaults are those of the format. */
const numbersSchema = z.object({
  group_size: z.int().positive().default(3),
  max_completion_length: z.int().positive().default(16),
  epsilon: z.number().default(0.2),
  epsilon_high: z.number().default(0.28),
  beta: z.number().positive().default(0.04),
  losses: byName.default({}),
  grad_norm: byName.default({}),
  advantages: z.record(z.string(), z.array(z.number())).default({}),
  clip_ratio: z.object({ low: z.number(), high: z.number() }).optional(),
  kl_k3_mean: z.number().optional(),
  entropy_mean: z.number().optional(),
  greedy: z.array(z.array(z.int().min(0)).min(1)).optional(),
  adamw_steps_loss_gradnorm: z.array(z.tuple([z.number(), z.number()])).optional(),
});

export type ReferenceNumbers = z.output<typeof numbersSchema>;

export interface ReferenceRow {
  readonly prompt: Int32Array;
  /** Of the completion. */
  readonly tokens: Int32Array;
}

export interface Reference {
  readonly path: string;
  readonly rows: readonly ReferenceRow[];
  /** Length of the sequences with their padding. */
  readonly time: number;
  /** Everything in the file, by name. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly numbers: ReferenceNumbers;
}

const NUMBERS_FILE = 'golden.json';

/**
 * Reads a reference file and the numbers beside it: a JSON file of the same name, or `golden.json`.
 *
 * @throws UserError when the JSON file is missing or wrong, or when the sequences are missing or not padded on the right;
 *   SafetensorsError for a damaged file
 */
export async function readReference(path: string): Promise<Reference> {
  const tensors = await readSafetensors(path).catch((error: unknown) => {
    if (isMissing(error)) throw new UserError(`There is no reference file ${path}.`);
    throw error;
  });
  const rows = readRows(path, tensors);
  const time = tensors.get('input_ids')?.shape[1] ?? 0;
  const numbers = await readNumbers(path);
  if (rows.length % numbers.group_size !== 0)
    throw new UserError(`${path} has ${rows.length} rows, which are no groups of ${numbers.group_size} (group_size).`);
  return { path, rows, time, tensors, numbers };
}

async function readNumbers(path: string): Promise<ReferenceNumbers> {
  const file = await numbersFile(path);
  const parsed = numbersSchema.safeParse(await readJsonObject(file));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new UserError(`${file} does not fit the format of reference files:\n${problems.join('\n')}`);
}

async function numbersFile(path: string): Promise<string> {
  const folder = dirname(path);
  const names = new Set([`${basename(path, extname(path))}.json`, NUMBERS_FILE]);
  for (const name of names) {
    const file = join(folder, name);
    if (await exists(file)) return file;
  }
  throw new UserError(
    `${path}: there is no ${[...names].join(' or ')} beside it, which holds the losses and other single numbers.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The sequences, by the masks of attention and completion `[rows, time]`. */
function readRows(path: string, tensors: ReadonlyMap<string, Tensor>): ReferenceRow[] {
  const [ids, attention, completion] = ['input_ids', 'attention_mask', 'completion_mask'].map((name) => {
    const tensor = tensors.get(name);
    if (!tensor) throw new UserError(`${path} has no tensor "${name}", so there is nothing to run the model on.`);
    return tensor;
  });
  if (!ids || !attention || !completion) throw new Error('three tensors were read');
  const [count = 0, time = 0] = ids.shape;
  for (const { shape } of [ids, attention, completion]) {
    if (shape.length !== 2 || shape[0] !== count || shape[1] !== time || count === 0)
      throw new UserError(
        `${path}: input_ids, attention_mask and completion_mask must all have one shape [rows, time].`,
      );
  }
  return Array.from({ length: count }, (_, row) => {
    const of = ({ data }: Tensor): Float32Array => data.subarray(row * time, (row + 1) * time);
    const length = ones(of(attention));
    const tokens = ones(of(completion));
    const start = length - tokens;
    const expected = (from: number): boolean[] => Array.from({ length: time }, (_, t) => t >= from && t < length);
    if (start < 1 || tokens < 1 || !isMask(of(attention), expected(0)) || !isMask(of(completion), expected(start)))
      throw new UserError(
        `${path}: row ${row} must be a prompt, its completion, then padding, none of the first two empty; its masks say otherwise.`,
      );
    const sequence = Int32Array.from(of(ids).subarray(0, length));
    return { prompt: sequence.slice(0, start), tokens: sequence.slice(start) };
  });
}

function ones(mask: Float32Array): number {
  return mask.reduce((sum, value) => sum + (value === 1 ? 1 : 0), 0);
}

function isMask(mask: Float32Array, expected: readonly boolean[]): boolean {
  return expected.every((value, position) => mask[position] === (value ? 1 : 0));
}

/**
 * A tensor `[rows, time - 1]`, in which position t belongs to token t + 1, as one array per row over its completion tokens; null where
 * the reference does not have it.
 *
 * @throws UserError when it has another shape
 */
export function completionValues({ path, tensors, rows, time }: Reference, name: string): Float32Array[] | null {
  const tensor = tensors.get(name);
  if (!tensor) return null;
  requireShape(path, name, tensor, [rows.length, time - 1]);
  return rows.map(({ prompt, tokens }, row) => {
    const start = row * (time - 1) + prompt.length - 1;
    return tensor.data.slice(start, start + tokens.length);
  });
}

/** One number per row; null where the reference does not have it. */
export function rowValues({ path, tensors, rows }: Reference, name: string): Float32Array | null {
  const tensor = tensors.get(name);
  if (!tensor) return null;
  requireShape(path, name, tensor, [rows.length]);
  return tensor.data;
}

/** @throws UserError where the shapes differ */
export function requireShape(path: string, name: string, { shape }: Tensor, expected: readonly number[]): void {
  if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis]))
    throw new UserError(
      `${path}: tensor "${name}" has shape [${shape.join(', ')}] where [${expected.join(', ')}] is expected: it belongs to another model or batch.`,
    );
}
