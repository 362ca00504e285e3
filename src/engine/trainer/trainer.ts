/**
 * The trainer's loop, for every method of training:
 *
 *   evaluate the untrained policy -> for each step: take it -> evaluate now and then -> let the guards look -> save -> write all of it
 *   into the run.
 *
 * What it is to take a step, the method says: `policyStep.ts` (GRPO and its family) or `supervised.ts`. Compute is another process, so
 * everything here is bookkeeping; a step is either wholly in the run or not at all.
 */
import { evaluationDue } from '../evaluation/heldOutCourse.ts';
import type { Metrics } from '../protocol/metrics.ts';
import type { CompletionRecord } from '../protocol/run.ts';
import { beginStep } from './beginStep.ts';
import { evaluate } from './evaluate.ts';
import { guardMetrics, Guards, stopWhereGuarded } from './guards.ts';
import { HeldOut } from './heldOut.ts';
import { endTraining, pruneCheckpoints, recordEvaluation, saveProgress } from './record.ts';
import { resourceMetrics } from './resources.ts';
import { requireWorkingTasks } from './rewardFailures.ts';
import type { RunContext } from './runContext.ts';
import type { ScoredGroup } from './scoredGroup.ts';
import { completionRecords, problemRecords } from './scoring.ts';
import { Stopwatch } from './stopwatch.ts';

/** Where a run stands before its next step. */
export interface Position {
  /** The last step that is in the run; -1 before the evaluation of the untrained policy. */
  readonly step: number;
  /** Tokens processed so far. */
  readonly tokens: number;
  /** Whether the run ended after that step with an error that was said: it goes on even where a guard had stopped it. */
  readonly stopSaid: boolean;
}

/** A step whose last update is made, with what is to be recorded of it. */
export interface TakenStep {
  /** What mathematics says of it, which a replay says again; guards look at it. */
  readonly metrics: Metrics;
  /** Processed since the run began, those of this step among them. */
  readonly numTokens: number;
  /** Tokens that went through each phase that the stopwatch knows; null for one that is not counted in tokens. */
  readonly phases: Readonly<Record<string, number | null>>;
  /** Whose problems are recorded. */
  readonly groups: readonly ScoredGroup[];
  readonly completions: readonly CompletionRecord[];
}

/** Takes a step of a method. @param numTokens processed before it */
export type TakeStep = (run: RunContext, step: number, numTokens: number, watch: Stopwatch) => Promise<TakenStep>;

export async function train(run: RunContext, position: Position, takeStep: TakeStep): Promise<void> {
  const { experiment, writer, emit } = run;
  const { training } = experiment;
  if (position.step < 0) {
    const untrained = await evaluate(run, 0, 'validation');
    // Demonstrations are learned from without rewards.
    if (untrained && experiment.method === 'grpo') requireWorkingTasks(untrained.groups, experiment);
    recordEvaluation(run, 0, untrained);
  }

  let { tokens } = position;
  const heldOut = new HeldOut(run);
  const guards = Guards.ofRun(experiment, writer.dir);
  if (!position.stopSaid) stopWhereGuarded({ stop: guards.recordedStop }, position.step);
  for (let step = Math.max(0, position.step) + 1; step <= training.steps && !heldOut.endsEarly; step++) {
    await beginStep(run, step);
    const watch = new Stopwatch();
    const taken = await takeStep(run, step, tokens, watch);
    tokens = taken.numTokens;
    const held = evaluationDue(experiment, step)
      ? await watch.time('eval', () => evaluate(run, step, 'validation'))
      : null;
    heldOut.add(held?.summary ?? null);
    const last = step === training.steps || heldOut.endsEarly;
    const guarded = guards.add(taken.metrics, last);
    const ends = last || guarded.stop !== null;
    const { state, checkpoint } = await saveProgress(run, step, { last: ends, best: heldOut.isBest(step) });

    const metrics: Metrics = {
      ...taken.metrics,
      ...guardMetrics(guarded),
      ...held?.metrics,
      ...clockMetrics(watch, { ...taken.phases, eval: null }),
      ...resourceMetrics(run.meter.lap()),
    };
    writer.writeStep({
      step,
      metrics,
      problems: problemRecords([...taken.groups, ...(held?.groups ?? [])]),
      completions: [...taken.completions, ...completionRecords(held?.groups ?? [], 'evaluation', null)],
      evaluation: held?.summary ?? null,
      state,
    });
    if (checkpoint && !ends) pruneCheckpoints(run, heldOut, null);
    emit({ event: 'step', step, metrics });
    for (const message of guarded.warnings) emit({ event: 'warning', message });
    if (held) emit({ event: 'eval', ...held.summary });
    stopWhereGuarded(guarded, step);
  }
  endTraining(run, heldOut);
}

function clockMetrics(watch: Stopwatch, phases: TakenStep['phases']): Metrics {
  const metrics: Record<string, number> = { step_time: watch.total };
  for (const phase of Object.keys(phases)) metrics[`time/${phase}_s`] = watch.seconds(phase);
  for (const [phase, tokens] of Object.entries(phases))
    if (tokens !== null) metrics[`throughput/${phase}_tokens_per_s`] = watch.perSecond(tokens, phase);
  return metrics;
}
