/**
 * Computes a training step again from its run, with the phases that trained it: the policy as it was before the step, the same completions by the
 * same random numbers, the rewards that were given then, and the update. Nothing is written into the run.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { lossMetrics } from '../../grpo/updateMetrics.ts';
import type { Replay, ReplayCheck, ReplayProgress, ReplayRequest } from '../../protocol/replay.ts';
import type { Completion } from '../../protocol/completion.ts';
import type { CompletionRecord } from '../../protocol/run.ts';
import { RunReader } from '../../run/reader.ts';
import { CleanUp } from '../cleanUp.ts';
import { policyMetrics, policyStep, type PolicyStep } from '../policyStep.ts';
import { Stopwatch } from '../stopwatch.ts';
import { compareMetrics, Comparison, completionDifference, notSampled, sameTokens } from './comparison.ts';
import { openReplay, type ReplayContext, type ReplayRun } from './openReplay.ts';
import { completionPlace } from './places.ts';
import { RecordedRollouts } from './recordedSteps.ts';
import { requireStep } from './requireStep.ts';
import { compareState } from './stateComparison.ts';
import { copiedState, nearestState } from './startingState.ts';
import { planFrom } from './plan.ts';
import { tokenValues, type TokenValues } from './tokenValues.ts';

/** Rejects with UserError where the run has no such step, or what it was made with is not there any more. */
export async function replayStep(
  { runDir, step }: Pick<ReplayRequest, 'runDir' | 'step'>,
  context: ReplayContext,
): Promise<Replay> {
  const cleanUp = new CleanUp();
  try {
    context.signal.throwIfAborted();
    const reader = RunReader.open(resolve(runDir));
    cleanUp.add(() => reader.close());
    requireStep(reader, step);
    const temporary = await mkdtemp(join(context.temporary ?? tmpdir(), 'rlvr-replay-'));
    cleanUp.add(() => rm(temporary, { recursive: true, force: true }));
    const { dir } = reader;
    const state =
      reader.state().status === 'running'
        ? await copiedState(dir, step, join(temporary, 'before'))
        : nearestState(dir, step);
    const plan = planFrom(reader, state.step, step);
    const tell: Tell = (phase, at, done, total) => context.onProgress({ ...plan, phase, step: at, done, total });
    tell('load', step, 0, 1);
    const run = await openReplay(reader, { step, state: state.folder, cleanUp, tell }, context);

    const redone = await redo(run, reader, state.step, step);
    const recorded = new RecordedRollouts(reader, step);
    const { done, completions } = await again(run, recorded);
    tell('tokens', step, 0, done.candidates.length);
    const numTokens = (reader.metrics(step - 1)['num_tokens'] ?? 0) + done.tokens;
    const values = await tokenValues(run, done);
    return {
      runDir: dir,
      step,
      plan,
      checks: [
        redone,
        completions,
        compareAdvantages(recorded, done),
        ...compareMetrics(reader.metrics(step), policyMetrics(run, step, done, numTokens)),
        await compareState(dir, step, run.compute, join(temporary, 'after')),
      ],
      notes: [...run.notes, ...withoutNumbers(values)],
      updates: values.updates,
      passes: run.experiment.training.iterations,
      completions: values.rows.map(({ scored: { completion, reward }, advantage, trained, miniBatch, tokens }) => {
        const { key, text } = completion;
        return { key, text, reward, advantage, trained, miniBatch, length: completion.tokens.length, tokens };
      }),
    };
  } finally {
    await cleanUp.close();
  }
}

type Tell = (phase: ReplayProgress['phase'], step: number, done: number, total: number) => void;

/** The steps between the saved policy and the one asked for. Their completions are those recorded, which need not be sampled again. */
async function redo(run: ReplayRun, reader: RunReader, from: number, to: number): Promise<ReplayCheck> {
  const comparison = new Comparison('redone');
  for (let step = from + 1; step < to; step++) {
    const recorded = new RecordedRollouts(reader, step);
    const { update } = await policyStep(
      { ...run, ...recorded.rewards, sample: recorded.sample },
      step,
      new Stopwatch(),
    );
    const was = reader.metrics(step);
    const is = lossMetrics(update.outcomes);
    for (const name of ['loss', 'grad_norm']) comparison.addNumber(`step ${step}: ${name}`, was[name], is[name]);
  }
  return comparison.result();
}

/** The step itself, sampled anew. A completion of other tokens than the recorded one gives way to it, whose rewards are known. */
async function again(
  run: ReplayRun,
  recorded: RecordedRollouts,
): Promise<{ readonly done: PolicyStep; readonly completions: ReplayCheck }> {
  const comparison = new Comparison('completions');
  const seen = new Set<CompletionRecord>();
  const compared = (completion: Completion): Completion => {
    const record = recorded.get(completion.key);
    seen.add(record);
    comparison.add(completionDifference(record, completion));
    return sameTokens(record, completion) ? completion : record;
  };
  const sample: typeof recorded.sample = (request, { onGroup, ...listener }) =>
    run.compute.request(request, {
      ...listener,
      onGroup: ({ group, completions }) => onGroup({ group, completions: completions.map(compared) }),
    });
  const done = await policyStep({ ...run, ...recorded.rewards, sample }, recorded.step, new Stopwatch());
  for (const record of recorded.all) if (!seen.has(record)) comparison.add(notSampled(record));
  return { done, completions: comparison.result() };
}

/** Said of a step that left a policy whose probabilities are no numbers. */
function withoutNumbers({ rows }: TokenValues): string[] {
  const after = rows.flatMap(({ tokens }) => [...tokens.after]);
  const lost = after.filter((value) => !Number.isFinite(value)).length;
  return lost === 0
    ? []
    : [`The policy after the step gives no number for ${lost} of the ${after.length} tokens of its completions.`];
}

function compareAdvantages(recorded: RecordedRollouts, { candidates }: PolicyStep): ReplayCheck {
  const comparison = new Comparison('advantages');
  for (const { scored, advantage } of candidates) {
    const { key } = scored.completion;
    comparison.addNumber(completionPlace(key), recorded.get(key).advantage, advantage);
  }
  return comparison.result();
}
