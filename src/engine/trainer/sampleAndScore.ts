/**
 * Sampling and scoring at once: a group is scored as soon as it is whole, while the others are still being decoded. What becomes whole while
 * the rewards are at work is scored together after that, so that slow calls of many groups overlap.
 *
 * Only time depends on how fast either is: groups stand in the order in which they were asked for, and rewards are asked in the order in which
 * groups become whole, which follows from their tokens.
 */
import type { CompletionKey } from '../protocol/completion.ts';
import type { GeneratedGroup, GenerateRequest } from '../protocol/compute.ts';
import type { CompletionRecord } from '../protocol/run.ts';
import type { Problem } from '../data/problems.ts';
import { Arrivals } from './arrivals.ts';
import type { StepContext } from './runContext.ts';
import type { ScoredGroup } from './scoredGroup.ts';
import { scorerOfStep, warnOfFailures, type ScoringContext } from './scoring.ts';
import { Stopwatch } from './stopwatch.ts';

export type SamplingContext = ScoringContext & Pick<StepContext, 'sample'>;

/** A problem, and the names of the completions that it is to have, of which there is at least one. */
export interface AskedProblem {
  readonly problem: Problem;
  readonly keys: readonly CompletionKey[];
}

export interface Asking extends Pick<GenerateRequest, 'purpose' | 'sampling'> {
  readonly step: number;
  /** What the completions are recorded as: their rewards of an earlier time are found by it. */
  readonly recordedAs: CompletionRecord['purpose'];
  /** Whether more completions of these problems are asked for next. */
  readonly goesOn?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  /** Called when the last token is there. */
  readonly onSampled?: () => void;
  /** Of the step: `rollout` lasts until the last token is there, and `reward` is how long scores are waited for after it. */
  readonly watch?: Stopwatch;
}

/** In the order of the problems. Rejects as soon as one of the two fails; the other is left to whoever ends the processes. */
export async function sampleAndScore(
  run: SamplingContext,
  asked: readonly AskedProblem[],
  asking: Asking,
): Promise<ScoredGroup[]> {
  const { watch = new Stopwatch() } = asking;
  const arrivals = new Arrivals<GeneratedGroup>();
  const sampling = watch.time('rollout', () => sampleInto(arrivals, run, asked, asking));
  const scoring = scoreFrom(arrivals, run, asked, asking);
  const [scored] = await Promise.all([scoring, sampling.then(() => watch.time('reward', () => scoring))]);
  warnOfFailures(run, scored);
  return scored;
}

async function sampleInto(
  arrivals: Arrivals<GeneratedGroup>,
  { sample, experiment: { rollout } }: SamplingContext,
  asked: readonly AskedProblem[],
  { purpose, sampling, goesOn = false, onProgress, onSampled }: Asking,
): Promise<void> {
  await sample(
    {
      kind: 'generate',
      groups: asked.map(({ problem, keys }) => ({ prompt: problem.tokens, keys })),
      purpose,
      keepPrompts: goesOn,
      sampling,
      maxCompletionLength: rollout.maxCompletionLength,
      stop: rollout.stop,
      stopTokens: rollout.stopTokens,
      maxRows: rollout.maxRows,
    },
    { ...(onProgress && { onProgress }), onGroup: (generated) => arrivals.push(generated) },
  );
  arrivals.end();
  onSampled?.();
}

async function scoreFrom(
  arrivals: Arrivals<GeneratedGroup>,
  run: SamplingContext,
  asked: readonly AskedProblem[],
  { step, recordedAs }: Asking,
): Promise<ScoredGroup[]> {
  const score = scorerOfStep(run, step, recordedAs);
  const byPlace = new Map<number, ScoredGroup>();
  for await (const generated of arrivals.batches()) {
    const sampled = generated.map(({ group, completions }) => ({ problem: problemAt(asked, group), completions }));
    const scored = await score(sampled);
    for (const [index, { group }] of generated.entries()) {
      const one = scored[index];
      if (one) byPlace.set(group, one);
    }
  }
  return asked.map(({ problem }, place) => {
    const group = byPlace.get(place);
    if (!group) throw new RangeError(`problem ${problem.problem} was not sampled`);
    return group;
  });
}

function problemAt(asked: readonly AskedProblem[], place: number): Problem {
  const found = asked[place];
  if (!found) throw new RangeError(`group ${place} was not asked for`);
  return found.problem;
}
