/** What each token of a step was to its updates. */
import { clipping, ratiosOf, type Clip } from '../../grpo/clipping.ts';
import { k3 } from '../../grpo/logRatio.ts';
import { sum } from '../../grpo/moments.ts';
import type { TrainingRow } from '../../protocol/compute.ts';
import { CLIPS, type ReplayPass, type ReplayTokens, type ReplayUpdate } from '../../protocol/replay.ts';
import type { UpdateOutcome } from '../../grpo/updateOutcome.ts';
import type { PolicyStep } from '../policyStep.ts';
import type { StepContext } from '../runContext.ts';
import type { CandidateRow } from '../updatePhase.ts';

export interface TokenValues {
  /** In the order of the step's candidates. */
  readonly rows: readonly (CandidateRow & {
    readonly trained: boolean;
    readonly miniBatch: number;
    readonly tokens: ReplayTokens;
  })[];
  readonly updates: readonly ReplayUpdate[];
}

type Run = Pick<StepContext, 'compute' | 'experiment'>;

/** Asks the compute process, which holds the policy after the step. */
export async function tokenValues(run: Run, { candidates, update }: PolicyStep): Promise<TokenValues> {
  const { training, lora } = run.experiment;
  const miniBatches = update.outcomes.length / training.iterations;
  const places = update.outcomes
    .slice(0, miniBatches)
    .flatMap(({ rows }, miniBatch) => rows.map((row, index) => ({ row, miniBatch, index })));
  const trainedIn = update.outcomes.slice(0, miniBatches).map(({ trained }) => new Set(trained));
  const isTrained = places.map(({ miniBatch, index }) => trainedIn[miniBatch]?.has(index) ?? false);
  const rows = places.map(({ row }) => row);
  const trained = rows.filter((_, index) => isTrained[index]);
  const others = rows.filter((_, index) => !isTrained[index]);

  // The old policy of a trained row was asked with the dropout of its first pass, and so the new one is.
  const dropout = !run.experiment.full && (lora?.dropout ?? 0) > 0;
  const [seen, unseen] = [await score(run, 'current', trained, dropout), await score(run, 'current', others, false)];
  const after = new Map([...pairs(trained, seen), ...pairs(others, unseen)]);
  const reference = new Map(pairs(trained, await score(run, 'reference', trained, false)));
  const passes: Map<RowName, ReplayPass>[] = [];
  for (let pass = 0; pass < training.iterations; pass++) {
    const outcomes = update.outcomes.slice(pass * miniBatches, (pass + 1) * miniBatches);
    const values = new Map<RowName, ReplayPass>();
    for (const [miniBatch, outcome] of outcomes.entries())
      for (const [index, value] of await passValues(run, outcome, reference))
        values.set(`${miniBatch} ${index}`, value);
    passes.push(values);
  }
  return {
    rows: candidates.flatMap((candidate, position) => {
      const place = places[position];
      if (!place) return [];
      const { row, miniBatch, index } = place;
      const { tokens, tokenEnds } = candidate.scored.completion;
      const own = {
        ends: tokenEnds,
        old: row.oldLogprobs,
        after: after.get(row) ?? nothing(tokens.length),
        passes: passes.map((values) => values.get(`${miniBatch} ${index}`) ?? noPass(tokens.length)),
      };
      return [{ ...candidate, trained: isTrained[position] ?? false, miniBatch, tokens: own }];
    }),
    updates: update.outcomes.map(({ rows: all, trained: chosen, reply: { loss, gradNorm } }, index) => ({
      pass: Math.floor(index / miniBatches),
      miniBatch: index % miniBatches,
      trained: chosen.length,
      completions: all.length,
      loss,
      gradNorm,
    })),
  };
}

/** Mini-batch and index in it. */
type RowName = `${number} ${number}`;

/** Of one optimiser step, by index in its mini-batch. */
async function passValues(
  { compute, experiment: { algorithm, training } }: Run,
  { rows, trained, reply }: UpdateOutcome,
  reference: ReadonlyMap<TrainingRow, Float32Array>,
): Promise<Map<number, ReplayPass>> {
  const updated = trained.flatMap((index, position) => {
    const row = rows[index];
    const logprobs = reply.logprobs[position];
    const entropies = reply.entropies[position];
    return row && logprobs && entropies ? [{ index, row, logprobs, entropies }] : [];
  });
  if (updated.length === 0) return new Map();
  const { losses } = await compute.request({
    kind: 'tokenLosses',
    rows: updated.map(({ row, logprobs, entropies }) => ({ ...row, logprobs, entropies })),
    algorithm,
    microBatch: training.microBatch,
  });
  const total = sum(losses.map((row) => sum(row.map(Math.abs))));
  const clipOf = clipping(algorithm);
  return new Map(
    updated.map((one, position) => {
      const own = losses[position] ?? nothing(one.logprobs.length);
      const ratios = ratiosOf(one, algorithm);
      const ratio = (token: number): number => ratios[token] ?? ratios[0] ?? NaN;
      const references = reference.get(one.row);
      const perToken = (value: (token: number) => number): Float32Array => own.map((_, token) => value(token));
      return [
        one.index,
        {
          logprobs: one.logprobs,
          ratios: perToken(ratio),
          clips: perToken((token) => clipNumber(clipOf(ratio(token), one.row.advantage))),
          kl: perToken((token) => k3(one.logprobs[token] ?? NaN, references?.[token] ?? NaN)),
          losses: own,
          shares: perToken((token) => (total === 0 ? 0 : Math.abs(own[token] ?? NaN) / total)),
        },
      ];
    }),
  );
}

function clipNumber(clip: Clip | null): number {
  return CLIPS[clip ?? 'none'];
}

async function score(
  { compute, experiment: { rollout, training } }: Run,
  policy: 'current' | 'reference',
  rows: readonly TrainingRow[],
  dropout: boolean,
): Promise<readonly Float32Array[]> {
  if (rows.length === 0) return [];
  const { temperature } = rollout;
  const { microBatch } = training;
  const request = { kind: 'score', policy, rows, temperature, microBatch, dropout, requireFinite: false } as const;
  return (await compute.request(request)).logprobs;
}

function pairs(rows: readonly TrainingRow[], values: readonly Float32Array[]): [TrainingRow, Float32Array][] {
  return rows.flatMap((row, index) => {
    const value = values[index];
    return value ? [[row, value] satisfies [TrainingRow, Float32Array]] : [];
  });
}

function nothing(length: number): Float32Array {
  return new Float32Array(length).fill(NaN);
}

function noPass(length: number): ReplayPass {
  const none = nothing(length);
  return { logprobs: none, ratios: none, clips: none, kl: none, losses: none, shares: none };
}
