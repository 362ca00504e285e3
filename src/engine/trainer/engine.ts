/** What the doors of the engine call: start a run, resume one. Everything said on the way goes to `emit`. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashesAt } from '../analysis/rewardHistory.ts';
import { ProblemSampler } from '../data/sampler.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type { RunManifest } from '../protocol/run.ts';
import { DATABASE_FILE, EXPERIMENT_FILE, JUDGE_FILE } from '../run/layout.ts';
import { EngineLog } from '../run/engineLog.ts';
import { createRunId } from '../run/runId.ts';
import { makeRunsFolder } from '../run/runsFolder.ts';
import { RunWriter } from '../run/writer.ts';
import type { EngineContext, Outcome } from './engineContext.ts';
import { evaluate } from './evaluate.ts';
import { controlled } from './controls.ts';
import { openExperiment, type Opened } from './open.ts';
import { changedSince, describeRun, rewardFiles, withDataOf, withRewardsAt } from './provenance.ts';
import { logFailure, logged } from './logging.ts';
import { recordLateEvaluation } from './record.ts';
import { readExperiment } from './readExperiment.ts';
import { RewardFailures } from './rewardFailures.ts';
import { openComingRewards, swapping } from './rewardSwap.ts';
import type { RunContext } from './runContext.ts';
import { finalTest, summarize, tokensAfter } from './summary.ts';
import { trainSupervised } from './supervised.ts';
import { train, type Position } from './trainer.ts';

export interface TrainOptions {
  readonly experimentPath: string;
  /** `path=value` of `--set`. */
  readonly overrides: readonly string[];
  readonly runsDir: string;
  /** Of a run that it stands beside, which must have been of the same model, data and reward code. */
  readonly beside?: RunManifest | undefined;
}

/** Starts a run of an experiment file in a new folder of `runsDir`. */
export async function trainExperiment(options: TrainOptions, unlogged: EngineContext): Promise<Outcome> {
  const log = new EngineLog();
  const context = logged(unlogged, log);
  const experimentPath = resolve(options.experimentPath);
  const experiment = controlled(await readExperiment(experimentPath, options.overrides));
  // Before anything is loaded: what is wrong with it is said at once.
  makeRunsFolder(resolve(options.runsDir));
  let opened: Opened | null = null;
  let writer: RunWriter | null = null;
  try {
    const used = withThreads(experiment, context.defaultThreads);
    opened = await openExperiment(used, experimentPath, null, context);
    if (options.beside) requireBeside(options.beside, opened, used);
    const id = createRunId();
    const manifest = await describeRun(id, used, experimentPath, opened);
    writer = RunWriter.create(join(resolve(options.runsDir), id), manifest.manifest, experiment, {
      ...manifest.files,
      ...rewardFiles(experiment, experimentPath, opened.scorer),
    });
    log.attach(writer.dir);
    await opened.judgeReplies.keepIn(join(writer.dir, JUDGE_FILE));
    return await work(experiment, opened, writer, { step: -1, tokens: 0 }, context);
  } catch (error) {
    if (!context.signal.aborted) logFailure(log, error);
    return stoppedBy(context.signal, error);
  } finally {
    await closeAll(opened, writer);
  }
}

/** Continues a run from its last whole state; a finished run says so and is left as it is. */
export async function resumeRun(runDir: string, unlogged: EngineContext): Promise<Outcome> {
  const writer = RunWriter.open(resolve(runDir));
  const log = new EngineLog();
  const context = logged(unlogged, log);
  let opened: Opened | null = null;
  try {
    const { experimentPath } = writer.manifest;
    const experiment = await readExperiment(join(writer.dir, EXPERIMENT_FILE), []);
    if (writer.status === 'finished') {
      context.emit({ event: 'started', runDir: writer.dir, id: writer.manifest.id, steps: experiment.training.steps });
      context.emit(summarize(writer.dir));
      return 'finished';
    }
    const point = writer.resumePoint();
    // Without a saved state only the evaluation before the first step can be kept.
    const step = point?.step ?? Math.min(0, writer.lastStep ?? -1);
    const state = point === null ? null : join(writer.dir, point.state);
    const used = withThreads(experiment, writer.manifest.threads);
    const next = step + 1;
    opened = await openExperiment(
      withDataOf(writer, withRewardsAt(writer, used, next)),
      experimentPath,
      state,
      context,
    );
    requireSame(writer, opened, experiment, next);
    await openComingRewards({ experiment, writer, ...opened }, opened.openRewards, next);
    log.attach(writer.dir);
    await opened.judgeReplies.keepIn(join(writer.dir, JUDGE_FILE));
    writer.rewind(step);
    writer.setStatus('running');
    return await work(experiment, opened, writer, { step, tokens: tokensAfter(writer.dir, step) }, context);
  } catch (error) {
    if (!context.signal.aborted) logFailure(log, error);
    return stoppedBy(context.signal, error);
  } finally {
    await closeAll(opened, writer);
  }
}

export interface EvaluateOptions {
  /** An experiment file, whose untrained policy is evaluated, or a run folder: its newest saved policy. */
  readonly path: string;
  readonly split: 'validation' | 'test';
  /** `path=value` of `--set`; what is measured with any is not the run's own and is not written into it. */
  readonly overrides: readonly string[];
}

/** Evaluates a policy on held-out problems; of a run as it was trained, the result is written into it. */
export async function evaluatePath(
  { path, split, overrides }: EvaluateOptions,
  context: EngineContext,
): Promise<Outcome> {
  const writer = existsSync(join(path, DATABASE_FILE)) ? RunWriter.open(resolve(path)) : null;
  let opened: Opened | null = null;
  try {
    if (writer?.lastStep === null)
      throw new UserError(`${path} has no step to evaluate yet. Continue it with: rlvr train --resume ${path}`);
    const point = writer?.resumePoint() ?? null;
    const experimentPath = writer?.manifest.experimentPath ?? resolve(path);
    const experiment = await readExperiment(writer ? join(writer.dir, EXPERIMENT_FILE) : experimentPath, overrides);
    const used = withThreads(experiment, writer ? writer.manifest.threads : context.defaultThreads);
    const step = point?.step ?? 0;
    opened = await openExperiment(
      writer ? withDataOf(writer, withRewardsAt(writer, used, step)) : used,
      experimentPath,
      writer && point ? join(writer.dir, point.state) : null,
      context,
    );
    if (writer) requireSame(writer, opened, experiment, step);
    const record = overrides.length === 0 ? writer : null;
    const evaluation = await evaluate(
      { ...context, ...opened, experiment, writer: record, failures: new RewardFailures() },
      step,
      split,
    );
    if (evaluation === null) throw new UserError(nothingToEvaluate(split, experiment));
    if (record) recordLateEvaluation(record, evaluation);
    context.emit({ event: 'eval', ...evaluation.summary });
    return 'finished';
  } catch (error) {
    return stoppedBy(context.signal, error);
  } finally {
    await closeAll(opened, writer);
  }
}

/** Gives up the run's lock whatever happens to the processes. */
async function closeAll(opened: Opened | null, writer: RunWriter | null): Promise<void> {
  try {
    await opened?.close();
  } finally {
    writer?.close();
  }
}

/** What the signal cuts off breaks with some error or other, which is no failure; any other error is thrown on. */
function stoppedBy(signal: AbortSignal, error: unknown): Outcome {
  if (signal.aborted) return 'stopped';
  throw error;
}

function nothingToEvaluate(split: string, { rewards }: Experiment): string {
  if (rewards.length === 0)
    return 'The experiment has no reward function, so there is nothing that could call an answer right.';
  return `The experiment has no ${split} problems: give dataset.${split}.`;
}

/** The experiment as it is run: where it leaves the number of threads open, with `threads` of them. */
function withThreads(experiment: Experiment, threads = 0): Experiment {
  return { ...experiment, threads: experiment.threads === 0 ? threads : experiment.threads };
}

/** Trains to the end, the signal or an error, and leaves the run with its status. */
async function work(
  experiment: Experiment,
  opened: Opened,
  writer: RunWriter,
  position: Position,
  context: EngineContext,
): Promise<Outcome> {
  const { emit, signal } = context;
  const { training, seed } = experiment;
  const run: RunContext = {
    ...context,
    experiment,
    writer,
    problems: opened.problems,
    sampler: new ProblemSampler(opened.problems.train.length, training.problemsPerStep, seed),
    compute: opened.compute,
    sample: (request, progress) => opened.compute.request(request, progress),
    scorer: opened.scorer,
    failures: new RewardFailures(),
  };
  await run.scorer.beginStep(Math.max(0, position.step));
  context.offerSwap?.(swapping(run, opened.openRewards));
  const resumed = position.step >= 0 ? { resumedFrom: position.step } : {};
  emit({ event: 'started', runDir: writer.dir, id: writer.manifest.id, steps: training.steps, ...resumed });
  try {
    if (experiment.method === 'sft') await trainSupervised(run, position, opened.demonstrations);
    else await train(run, position);
    await finalTest(run);
    writer.setStatus('finished');
    emit(summarize(writer.dir));
    return 'finished';
  } catch (error) {
    if (signal.aborted) {
      writer.setStatus('stopped');
      const step = writer.lastStep ?? 0;
      emit({ event: 'stopped', runDir: writer.dir, step, resumesAfter: writer.resumePoint()?.step ?? 0 });
      return 'stopped';
    }
    recordFailure(writer, error);
    throw error;
  }
}

/** Says in the run why it failed, where that can still be written; the failure itself is what counts. */
function recordFailure(writer: RunWriter, error: unknown): void {
  try {
    writer.setStatus('failed', error instanceof Error ? error.message : String(error));
  } catch {
    // Without it the run reads as crashed, and resumes all the same.
  }
}

/** Runs that are made to stand beside each other are of the same things; a control has a reward of its own beside them. */
function requireBeside(manifest: RunManifest, opened: Opened, experiment: Experiment): void {
  const changed = changedSince(manifest, opened, experiment);
  for (const [name, hash] of Object.entries(opened.scorer.hashes))
    if ((manifest.rewardHashes[name] ?? hash) !== hash) changed.push(`the reward ${name} or a package it imports`);
  if (changed.length > 0)
    throw new UserError(
      `${changed.join(' and ')} changed while the runs before this one were trained: the rest would be of another recipe. ` +
        'Restore it and train the rest, or train all of them again.',
    );
}

/** A run continues only with what it was made with up to a step: anything else would be another experiment under its name. */
function requireSame(writer: RunWriter, opened: Opened, experiment: Experiment, step: number): void {
  const { manifest } = writer;
  const changed = changedSince(manifest, opened, experiment);
  for (const [name, hash] of Object.entries(hashesAt(manifest, writer.rewardVersions(), step)))
    if (opened.scorer.hashes[name] !== hash) changed.push(`the reward ${name} or a package it imports`);
  if (changed.length > 0)
    throw new UserError(
      `The run cannot be continued: ${changed.join(' and ')} changed since it began. Restore it, or start a new run.`,
    );
}
