/** The golden models: tiny ones with random weights, and PyTorch's values for them. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { openPolicy } from '../../src/engine/compute/openPolicy.ts';
import { lossCases, type LossCase } from '../../src/engine/compute/verify/lossCases.ts';
import { readReference, type Reference } from '../../src/engine/compute/verify/reference.ts';
import { trainingRows } from '../../src/engine/compute/verify/trainingRows.ts';
import { Learner } from '../../src/engine/grpo/learner.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import type { Policy } from '../../src/engine/model/policy.ts';
import type { TrainingRow, UpdateReply, UpdateRequest } from '../../src/engine/protocol/compute.ts';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';

export const ARCHITECTURES = [
  ...(['gpt2', 'gpt-neo', 'gpt-j', 'llama', 'llama3-rope-scaling'] as const),
  ...(['mistral', 'qwen2', 'qwen3', 'gemma3'] as const),
] as const;
export type GoldenName = (typeof ARCHITECTURES)[number];

export function goldenFolder(name: GoldenName): string {
  return path.join(import.meta.dirname, '../fixtures/golden', name);
}

export interface GoldenOptions {
  /** Train the golden adapter in place of all weights. */
  readonly adapter?: boolean;
  /** Of the adapter. */
  readonly dropout?: number;
}

export interface Golden {
  readonly policy: Policy;
  readonly reference: Reference;
  readonly learner: Learner;
  /** Of the reference's rows. */
  readonly current: readonly Float32Array[];
}

/** A golden model with a learner of its own, on the reference's rows. */
export async function openGolden(context: TestContext, name: GoldenName, options: GoldenOptions = {}): Promise<Golden> {
  const folder = goldenFolder(name);
  const adapter = path.join(folder, 'adapter');
  const lora = {
    rank: 1,
    alpha: 1,
    dropout: options.dropout ?? 0,
    targets: 'all-linear',
    rankStabilized: false,
  } as const;
  const { current: policy } = await openPolicy(await loadModel(folder), {
    lora: options.adapter ? { ...lora, from: adapter } : null,
    state: null,
    seed: 0,
  });
  const learner = openLearner(context, policy);
  const reference = await readReference(path.join(options.adapter ? adapter : folder, 'golden.safetensors'));
  const rows = reference.rows.map((row, problem) => ({
    ...row,
    key: { step: 1, problem, occurrence: 0, round: 0, sample: 0 },
  }));
  const { logprobs: current } = await learner.score({ rows, temperature: 1, microBatch: rows.length, dropout: false });
  return { policy, reference, learner, current };
}

/** A learner on one thread, released when the test ends. */
export function openLearner(context: TestContext, policy: Policy, seed = 11): Learner {
  const learner = new Learner(policy, { providers: ['cpu'], threads: 1, seed });
  context.after(() => learner.release());
  return learner;
}

/** A loss of the reference format. */
export function goldenLoss(name: string, { reference }: Pick<Golden, 'reference'>): LossCase {
  const found = lossCases(reference.numbers).get(name);
  assert.ok(found, `there is a loss ${name}`);
  return found;
}

export function goldenRows(golden: Golden, lossCase: LossCase): TrainingRow[] {
  return trainingRows(golden.reference, lossCase, golden.current);
}

export type Gradients = ReadonlyMap<string, Float32Array>;

export interface MeasuredUpdate extends UpdateReply {
  readonly gradients: Gradients;
}

/**
 * The gradient that `update` itself sums over its micro-batches: without momentum and clipping it is the optimiser's running mean, and
 * with a learning rate of 0 no weight moves.
 */
export async function measureUpdate(
  learner: Learner,
  { objective, algorithm, temperature }: LossCase,
  rows: readonly TrainingRow[],
  differences: Partial<Pick<UpdateRequest, 'microBatch' | 'gradientCheckpointing' | 'iteration' | 'onPolicy'>> = {},
): Promise<MeasuredUpdate> {
  const reply = await learner.update({
    kind: 'update',
    objective,
    rows,
    algorithm,
    onPolicy: false,
    temperature,
    microBatch: rows.length,
    gradientCheckpointing: false,
    optimizer: experimentSchema.shape.optimizer.parse({ beta1: 0, maxGradNorm: 0 }),
    learningRate: 0,
    iteration: 0,
    ...differences,
  });
  const gradients = new Map<string, Float32Array>();
  for (const [name, data] of await learner.stateTensors())
    if (name.startsWith(MEAN_PREFIX)) gradients.set(name.slice(MEAN_PREFIX.length), data.slice());
  assert.ok(gradients.size > 0, 'the optimiser has a mean for every tensor');
  return { ...reply, gradients };
}

const MEAN_PREFIX = 'exp_avg.';

/** Sums over tokens in another order differ by about 1e-7; a wrong term by far more. */
const ROUNDING = 2e-5;

/** Compares tensor by tensor, relative to the whole gradient's norm where a tensor is small. */
export function assertSameGradients(actual: Gradients, expected: Gradients, what: string, tolerance = ROUNDING): void {
  assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort());
  const whole = norm([...expected.values()].flatMap((data) => [...data]));
  assert.ok(whole > 0, `${what}: the gradient is not zero`);
  for (const [name, data] of expected) {
    const difference = norm(Array.from(data, (value, index) => (actual.get(name)?.[index] ?? NaN) - value));
    assert.ok(
      difference <= tolerance * Math.max(norm(data), whole / 100),
      `${what}: ${name} differs by ${difference} of ${norm(data)}`,
    );
  }
}

export function norm(values: Iterable<number>): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}

/** Compares one array per row. */
export function assertSameRows(
  actual: readonly Float32Array[],
  expected: readonly Float32Array[],
  what: string,
  tolerance = ROUNDING,
): void {
  assert.equal(actual.length, expected.length, what);
  for (const [row, values] of expected.entries()) {
    const found = actual[row];
    assert.equal(found?.length, values.length, `${what}, row ${row}`);
    for (const [token, value] of values.entries())
      assert.ok(
        Math.abs((found[token] ?? NaN) - value) <= tolerance,
        `${what}, row ${row}, token ${token}: ${found[token]} is not ${value}`,
      );
  }
}
