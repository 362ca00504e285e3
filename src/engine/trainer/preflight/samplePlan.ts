/** How much of a run is tried before it. It follows from the sizes of things and never from the clock, so that the same experiment gives the same sample. */
import type { Experiment } from '../../protocol/experiment.ts';

export interface PlanFacts {
  /** Of the model. */
  readonly parameters: number;
  /** Mean length of the prompts. */
  readonly promptTokens: number;
  /** Problems of the validation part. */
  readonly heldOut: number;
  /** Completions that are decoded at once at most. */
  readonly width: number;
}

export interface SamplePlan {
  /** Problems of each step that is tried; the first one warms up. */
  readonly parts: readonly number[];
  /** Held-out problems that are tried. */
  readonly heldOut: number;
}

/**
 * Parameters times tokens, counted with the longest completions: about a minute of sampling and training GPT-2 on two cores, and as much
 * more of a larger model as it needs to see two groups.
 */
const WORK = 7e11;
/** Of which evaluation may take so much; a batch that decodes as many rows at once as the run does is worth more than that. */
const HELD_OUT_SHARE = 1 / 4;
const MOST_HELD_OUT_SHARE = 3 / 4;
/** Enough for an interval of a share that can be decided by: half its width is 12 points at most. */
const MOST_GROUPS = 64;
/** JavaScript is compiled while it runs: the first steps of a small model take twice as long as the later ones. */
const MOST_WHOLE_STEPS = 6;
/** One to warm up, one to measure. */
const LEAST_GROUPS = 2;
/** A sample of a short run is short: of its steps at most this share is tried, beyond one to warm up and two to measure. */
const STEPS_SHARE = 1 / 5;
const LEAST_STEPS = 3;
/** Held-out problems that are always tried. */
const LEAST_HELD_OUT = 4;
/** Held-out completions, which rewards may be slow to score, or have a judge read. */
const MOST_HELD_OUT_COMPLETIONS = 512;

/** What of an experiment decides it. */
export interface PlannedExperiment {
  readonly training: Pick<Experiment['training'], 'steps' | 'problemsPerStep'>;
  readonly rollout: Pick<Experiment['rollout'], 'groupSize' | 'maxCompletionLength'>;
  readonly evaluation: Pick<Experiment['evaluation'], 'samples'>;
}

export function planSample(
  { training, rollout, evaluation }: PlannedExperiment,
  { parameters, promptTokens, heldOut, width }: PlanFacts,
): SamplePlan {
  const rowWork = parameters * (promptTokens + rollout.maxCompletionLength);
  const affordable = Math.floor(WORK / (rowWork * rollout.groupSize));
  const perStep = training.problemsPerStep;
  const groups = clamp(affordable, LEAST_GROUPS, Math.max(MOST_GROUPS, MOST_WHOLE_STEPS * perStep));
  const problemWork = rowWork * evaluation.samples;
  const within = (share: number): number => Math.floor((share * WORK) / problemWork);
  const wide = Math.min(Math.ceil(width / evaluation.samples), within(MOST_HELD_OUT_SHARE));
  const most = Math.min(heldOut, Math.max(1, Math.floor(MOST_HELD_OUT_COMPLETIONS / evaluation.samples)));
  return {
    parts: partsOf(groups, perStep).slice(0, mostParts(training.steps)),
    heldOut: clamp(Math.max(within(HELD_OUT_SHARE), wide), Math.min(LEAST_HELD_OUT, most), most),
  };
}

function mostParts(steps: number): number {
  return steps === 0 ? 0 : Math.max(LEAST_STEPS, Math.ceil(STEPS_SHARE * steps));
}

/** Whole steps where two of them are affordable; else what is left for warming up, and as much of a step as there is. */
function partsOf(groups: number, perStep: number): number[] {
  const whole = Math.floor(groups / perStep);
  if (whole >= 2) return Array.from({ length: whole }, () => perStep);
  const measured = Math.min(perStep, Math.max(1, groups - Math.max(1, Math.floor(groups / 3))));
  return [Math.max(1, groups - measured), measured];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
