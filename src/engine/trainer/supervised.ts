/** Supervised fine-tuning on question and answer, the usual warm start of reinforcement learning: the same graphs, another loss. */
import { curriculumMetrics } from '../data/curriculum/curriculumMetrics.ts';
import type { Problem } from '../data/problems.ts';
import type { Draw } from '../data/sampler.ts';
import { evaluationDue } from '../evaluation/heldOutCourse.ts';
import { learningRateAt } from '../grpo/schedule.ts';
import { lossMetrics } from '../grpo/updateMetrics.ts';
import type { TrainingRow } from '../protocol/compute.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { beginStep } from './beginStep.ts';
import { evaluate } from './evaluate.ts';
import { guardMetrics, Guards, stopWhereGuarded } from './guards.ts';
import { HeldOut } from './heldOut.ts';
import { endTraining, pruneCheckpoints, recordEvaluation, saveProgress } from './record.ts';
import { resourceMetrics } from './resources.ts';
import type { RunContext } from './runContext.ts';
import { completionRecords, problemRecords } from './scoring.ts';
import { Stopwatch } from './stopwatch.ts';
import { taskEpochs } from './taskEpochs.ts';
import type { Position } from './trainer.ts';

/**
 * Minimises the mean negative log-likelihood of the demonstrations' tokens, `problemsPerStep` rows a step.
 * @param demonstrations the tokens to learn for each training problem, the end of sequence included
 */
export async function trainSupervised(
  run: RunContext,
  position: Position,
  demonstrations: ReadonlyMap<Problem, Int32Array>,
): Promise<void> {
  const { experiment, compute, writer, sampler, curriculum, problems, emit } = run;
  const { training, optimizer, algorithm } = experiment;
  let { tokens } = position;
  if (position.step < 0) recordEvaluation(run, 0, await evaluate(run, 0, 'validation'));

  const heldOut = new HeldOut(run);
  const guards = Guards.ofRun(experiment, writer.dir);
  if (!position.stopSaid) stopWhereGuarded({ stop: guards.recordedStop }, position.step);
  for (let step = Math.max(0, position.step) + 1; step <= training.steps && !heldOut.endsEarly; step++) {
    await beginStep(run, step);
    const watch = new Stopwatch();
    const drawn = sampler.draw(step);
    const rows = demonstrationRows(drawn, problems.train, demonstrations, step);
    emit({ event: 'phase', step, phase: 'train', done: 0, total: rows.length });
    const learningRate = learningRateAt(optimizer, step, training.steps);
    const reply = await watch.time('train', () =>
      compute.request({
        kind: 'update',
        objective: 'sft',
        rows,
        algorithm,
        onPolicy: false,
        temperature: 1,
        microBatch: training.microBatch,
        gradientCheckpointing: training.gradientCheckpointing,
        optimizer,
        learningRate,
        iteration: 0,
      }),
    );
    tokens += reply.tokensTrained;
    const held = evaluationDue(experiment, step)
      ? await watch.time('eval', () => evaluate(run, step, 'validation'))
      : null;
    heldOut.add(held?.summary ?? null);
    const last = step === training.steps || heldOut.endsEarly;
    const ofLoss = lossMetrics([{ rows, trained: rows.map((_, index) => index), reply }]);
    const guarded = guards.add(ofLoss, last);
    const ends = last || guarded.stop !== null;
    const { state, checkpoint } = await saveProgress(run, step, { last: ends, best: heldOut.isBest(step) });
    const metrics: Metrics = {
      ...ofLoss,
      ...guardMetrics(guarded),
      learning_rate: learningRate,
      epoch: sampler.epochAfter(step),
      ...taskEpochs(sampler, step),
      num_tokens: tokens,
      ...curriculumMetrics(curriculum, step, drawn, []),
      ...held?.metrics,
      step_time: watch.total,
      'time/train_s': watch.seconds('train'),
      'time/eval_s': watch.seconds('eval'),
      'throughput/train_tokens_per_s': watch.perSecond(reply.tokensTrained, 'train'),
      ...resourceMetrics(run.meter.lap()),
    };
    writer.writeStep({
      step,
      metrics,
      problems: problemRecords(held?.groups ?? []),
      completions: completionRecords(held?.groups ?? [], 'evaluation', null),
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

/** Rows whose tokens all weigh the same: the loss is the mean over the tokens of the step. */
function demonstrationRows(
  draws: readonly Draw[],
  problems: readonly Problem[],
  demonstrations: ReadonlyMap<Problem, Int32Array>,
  step: number,
): TrainingRow[] {
  const shown = draws.map(({ index, occurrence }) => {
    const problem = problems[index];
    const tokens = problem && demonstrations.get(problem);
    if (!tokens) throw new RangeError(`there is no demonstration for training problem ${index}`);
    return { problem, occurrence, tokens };
  });
  const total = shown.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return shown.map(({ problem, occurrence, tokens }) => ({
    key: { step, problem: problem.problem, occurrence, round: 0, sample: 0 },
    prompt: problem.tokens,
    tokens,
    advantage: 1,
    oldLogprobs: new Float32Array(tokens.length),
    referenceLogprobs: null,
    rolloutLogprobs: null,
    weights: new Float32Array(tokens.length).fill(1 / total),
  }));
}
