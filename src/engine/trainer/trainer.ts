/**
 * The trainer's loop, GRPO and its family (arXiv:2402.03300):
 *
 *   for each step: draw problems -> sample a group of completions for each -> score them -> advantages within the group ->
 *   one or more optimiser steps on the clipped policy gradient -> evaluate now and then -> write all of it into the run.
 *
 * Compute is another process, so everything here is bookkeeping; a step is either wholly in the run or not at all.
 */
import { evaluationDue } from '../evaluation/heldOutCourse.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { beginStep } from './beginStep.ts';
import { evaluate } from './evaluate.ts';
import { guardMetrics, Guards, stopWhereGuarded } from './guards.ts';
import { HeldOut } from './heldOut.ts';
import { policyMetrics, policyStep, type PolicyStep } from './policyStep.ts';
import { endTraining, pruneCheckpoints, recordEvaluation, saveProgress } from './record.ts';
import { requireWorkingTasks } from './rewardFailures.ts';
import { resourceMetrics } from './resources.ts';
import type { RunContext } from './runContext.ts';
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

export async function train(run: RunContext, position: Position): Promise<void> {
  const { experiment, writer, emit } = run;
  const { training } = experiment;
  let { tokens } = position;
  if (position.step < 0) {
    const untrained = await evaluate(run, 0, 'validation');
    if (untrained) requireWorkingTasks(untrained.groups, experiment);
    recordEvaluation(run, 0, untrained);
  }

  const heldOut = new HeldOut(run);
  const guards = Guards.ofRun(experiment, writer.dir);
  if (!position.stopSaid) stopWhereGuarded({ stop: guards.recordedStop }, position.step);
  for (let step = Math.max(0, position.step) + 1; step <= training.steps && !heldOut.endsEarly; step++) {
    await beginStep(run, step);
    const watch = new Stopwatch();
    const done = await policyStep(run, step, watch);
    tokens += done.tokens;
    const held = evaluationDue(experiment, step)
      ? await watch.time('eval', () => evaluate(run, step, 'validation'))
      : null;
    heldOut.add(held?.summary ?? null);
    const last = step === training.steps || heldOut.endsEarly;
    const ofPolicy = policyMetrics(run, step, done, tokens);
    const guarded = guards.add(ofPolicy, last);
    const ends = last || guarded.stop !== null;
    const { state, checkpoint } = await saveProgress(run, step, { last: ends, best: heldOut.isBest(step) });

    const metrics: Metrics = {
      ...ofPolicy,
      ...guardMetrics(guarded),
      ...held?.metrics,
      ...clockMetrics(watch, done),
      ...resourceMetrics(run.meter.lap()),
    };
    const { rollout, candidates } = done;
    const advantages = candidates.map(({ advantage }) => advantage);
    const everything = [...rollout.groups, ...rollout.discarded, ...(held?.groups ?? [])];
    writer.writeStep({
      step,
      metrics,
      problems: problemRecords(everything),
      completions: [
        ...completionRecords(rollout.groups, 'rollout', advantages),
        ...completionRecords(rollout.discarded, 'rollout', null),
        ...completionRecords(held?.groups ?? [], 'evaluation', null),
      ],
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

function clockMetrics(watch: Stopwatch, { rollout, update }: PolicyStep): Metrics {
  return {
    step_time: watch.total,
    'time/rollout_s': watch.seconds('rollout'),
    'time/reward_s': watch.seconds('reward'),
    'time/train_s': watch.seconds('train'),
    'time/eval_s': watch.seconds('eval'),
    'throughput/rollout_tokens_per_s': watch.perSecond(rollout.tokens, 'rollout'),
    'throughput/train_tokens_per_s': watch.perSecond(update.tokensTrained, 'train'),
  };
}
