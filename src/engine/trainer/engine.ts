/** What the doors of the engine call: start a run, resume one. Everything said on the way goes to `emit`. */
import { join, resolve } from 'node:path';
import { asBegun } from '../data/asBegun.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type { Forecast } from '../protocol/forecast.ts';
import type { SweepMembership } from '../protocol/sweep/membership.ts';
import { RAY } from '../protocol/rayConfig.ts';
import { EXPERIMENT_FILE, FORECAST_FILE, JUDGE_FILE } from '../run/layout.ts';
import { EngineLog } from '../run/engineLog.ts';
import { readMicroBatches } from '../run/microBatches.ts';
import { createRunId } from '../run/runId.ts';
import { makeRunsFolder } from '../run/runsFolder.ts';
import { RunWriter } from '../run/writer.ts';
import { readEarlier, requireBeside } from './besideRuns.ts';
import type { EngineContext, Outcome } from './engineContext.ts';
import type { MemoryFacts } from './experimentMemory.ts';
import { isJob } from './clusterJob/jobRecord.ts';
import { followAgain, isForJob, trainAsJob } from './clusterJob/trainAsJob.ts';
import { controlled } from './controls.ts';
import { closeAll, stoppedBy } from './ending.ts';
import { openProfile } from './curriculum/openProfile.ts';
import { HeldOut, isLastStep } from './heldOut.ts';
import { openExperiment, type Opened } from './open.ts';
import { openSampler } from './openSampler.ts';
import { fingerprintOf } from './preflight/fingerprint.ts';
import { goingOn } from './goingOn.ts';
import { describeRun, rewardFiles, withRewardsAt } from './provenance.ts';
import { smallerMicroBatch } from './memoryRetry.ts';
import { withWayOut } from './lastGoodPolicy.ts';
import { logFailure, logged } from './logging.ts';
import { takePolicyStep } from './policyStep.ts';
import { readExperiment } from './readExperiment.ts';
import { requireMemory } from './requireMemory.ts';
import { RewardFailures } from './rewardFailures.ts';
import { endSwaps, openComingRewards, swapping } from './rewardSwap.ts';
import { ResourceMeter, workingPids } from './resources.ts';
import type { RunContext } from './runContext.ts';
import { requireSame, withThreads } from './sameRun.ts';
import { finalTest, summarize, tokensAfter } from './summary.ts';
import { supervisedStep } from './supervised.ts';
import { train, type Position } from './trainer.ts';

export interface TrainOptions {
  readonly experimentPath: string;
  /** `path=value` of `--set`. */
  readonly overrides: readonly string[];
  readonly runsDir: string;
  /** Folders of runs that it stands beside: what they name alike, its model, data and reward code, must be the same. */
  readonly beside?: readonly string[] | undefined;
  /** The sweep that it is a run of. */
  readonly sweep?: SweepMembership | undefined;
  /** What a preflight of it said; kept beside the run where that is what was tried. */
  readonly forecast?: Forecast | undefined;
}

const OTHER_FORECAST =
  'The experiment, its model, its data or its rewards changed since the forecast, which is not kept beside this run: it is of another one.';

const NOT_ON_CLUSTER =
  'The run began on one machine and goes on on one: other processors give other bytes. Resume it without --ray, or start a new run with it.';

/** Starts a run of an experiment file in a new folder of `runsDir`. */
export async function trainExperiment(options: TrainOptions, context: EngineContext): Promise<Outcome> {
  const experiment = await readExperiment(resolve(options.experimentPath), options.overrides);
  if (isForJob(experiment)) return trainAsJob(options, experiment, context);
  return goingOn(context, { begin: (noted) => beginRun(options, noted), resume: continueRun });
}

/** Continues a run from its last whole state, or follows its job again; a finished run says so and is left as it is. */
export function resumeRun(runDir: string, context: EngineContext): Promise<Outcome> {
  if (isJob(runDir)) return followAgain(resolve(runDir), context);
  return goingOn(context, { begin: (noted) => continueRun(runDir, noted), resume: continueRun });
}

async function beginRun(options: TrainOptions, unlogged: EngineContext): Promise<Outcome> {
  const log = new EngineLog();
  const context = logged(unlogged, log);
  const experimentPath = resolve(options.experimentPath);
  const experiment = controlled(await readExperiment(experimentPath, options.overrides));
  // Before anything is loaded: what is wrong with it is said at once.
  makeRunsFolder(resolve(options.runsDir));
  let opened: Opened | null = null;
  let writer: RunWriter | null = null;
  const meter = new ResourceMeter(() => (opened === null ? [] : workingPids(opened)));
  try {
    const used = withThreads(experiment, context.defaultThreads);
    const limit = used.training.steps > 0 && used.device !== RAY ? context.memoryLimit : undefined;
    // A run that is resumed could not follow the advice, and what only evaluates or tries takes less.
    const requireFit = limit === undefined ? undefined : (facts: MemoryFacts) => requireMemory(used, facts, limit);
    opened = await openExperiment(used, experimentPath, null, context, requireFit);
    const warnings = requireBeside((options.beside ?? []).map(readEarlier), opened, used);
    for (const message of warnings) context.emit({ event: 'warning', message });
    const { forecast } = options;
    const isOfThis = forecast?.fingerprint === fingerprintOf(experiment, opened);
    if (forecast !== undefined && !isOfThis) context.emit({ event: 'warning', message: OTHER_FORECAST });
    const id = createRunId();
    const manifest = await describeRun(id, used, experimentPath, opened);
    const described = options.sweep ? { ...manifest.manifest, sweep: options.sweep } : manifest.manifest;
    writer = RunWriter.create(join(resolve(options.runsDir), id), described, experiment, {
      ...manifest.files,
      ...rewardFiles(experiment, experimentPath, opened.scorer),
      ...(isOfThis ? { [FORECAST_FILE]: `${JSON.stringify(forecast, null, 2)}\n` } : {}),
    });
    log.attach(writer.dir);
    await opened.judgeReplies.keepIn(join(writer.dir, JUDGE_FILE));
    return await work({ experiment, opened, writer, meter }, { step: -1, tokens: 0, stopSaid: false }, context);
  } catch (error) {
    if (!context.signal.aborted) logFailure(log, error);
    return stoppedBy(context.signal, error);
  } finally {
    await closeAll(opened, writer);
  }
}

async function continueRun(runDir: string, unlogged: EngineContext): Promise<Outcome> {
  const writer = RunWriter.open(resolve(runDir));
  const log = new EngineLog();
  const context = { ...logged(unlogged, log), microBatchAt: readMicroBatches(writer.dir) };
  let opened: Opened | null = null;
  const meter = new ResourceMeter(() => (opened === null ? [] : workingPids(opened)));
  try {
    const { experimentPath } = writer.manifest;
    const experiment = await readExperiment(join(writer.dir, EXPERIMENT_FILE), []);
    if (context.rayAddress !== undefined && experiment.device !== RAY) throw new UserError(NOT_ON_CLUSTER);
    if (writer.status === 'finished') {
      const { steps } = experiment.training;
      context.emit({ event: 'started', runDir: writer.dir, id: writer.manifest.id, steps, finished: true });
      context.emit(summarize(writer.dir));
      return 'finished';
    }
    const point = writer.resumePoint();
    // Without a saved state only the evaluation before the first step can be kept.
    const step = point?.step ?? Math.min(0, writer.lastStep ?? -1);
    const state = point === null ? null : join(writer.dir, point.state);
    const used = withThreads(experiment, writer.manifest.threads);
    const over = isLastStep({ experiment, writer }, step);
    // Where no step comes any more, what is left is scored as the last one was.
    const scored = over ? step : step + 1;
    opened = await openExperiment(asBegun(writer, withRewardsAt(writer, used, scored)), experimentPath, state, context);
    requireSame(writer, opened, experiment, scored);
    if (!over) await openComingRewards({ experiment, writer, ...opened }, opened.openRewards, scored);
    log.attach(writer.dir);
    await opened.judgeReplies.keepIn(join(writer.dir, JUDGE_FILE));
    const stopSaid = writer.status === 'failed';
    writer.rewind(step);
    writer.setStatus('running');
    // What was done before it stopped counts, not what it takes to go on.
    if (step >= 0) meter.lap();
    const position = { step, tokens: tokensAfter(writer.dir, step), stopSaid };
    return await work({ experiment, opened, writer, meter }, position, context);
  } catch (error) {
    if (!context.signal.aborted) logFailure(log, error);
    return stoppedBy(context.signal, error);
  } finally {
    await closeAll(opened, writer);
  }
}

interface Work {
  readonly experiment: Experiment;
  readonly opened: Opened;
  readonly writer: RunWriter;
  readonly meter: ResourceMeter;
}

/** Trains to the end, the signal or an error, and leaves the run with its status. */
async function work(
  { experiment, opened, writer, meter }: Work,
  position: Position,
  context: EngineContext,
): Promise<Outcome> {
  const { emit, signal } = context;
  const { training } = experiment;
  const prepared = {
    ...context,
    experiment,
    writer,
    meter,
    problems: opened.problems,
    compute: opened.compute,
    sample: (request, listener) => opened.compute.request(request, listener),
    scorer: opened.scorer,
    failures: new RewardFailures(),
  } satisfies Partial<RunContext>;
  await opened.scorer.beginStep(Math.max(0, position.step));
  context.offerSwap?.(swapping(prepared, opened.openRewards));
  const resumed = position.step >= 0 ? { resumedFrom: position.step } : {};
  emit({ event: 'started', runDir: writer.dir, id: writer.manifest.id, steps: training.steps, ...resumed });
  try {
    const { modelHash, policy } = opened;
    const profile = await openProfile({ ...prepared, modelHash, provider: policy.provider }, position.step > 0);
    const history = { solvedGroups: (step: number) => writer.solvedGroups(step), profile };
    const run: RunContext = { ...prepared, profile, ...(await openSampler(experiment, opened.problems, history)) };
    await train(run, position, experiment.method === 'sft' ? supervisedStep(opened.demonstrations) : takePolicyStep);
    await endSwaps(run);
    await finalTest(run);
    writer.setStatus('finished');
    emit(summarize(writer.dir));
    return 'finished';
  } catch (error) {
    if (signal.aborted) {
      writer.setStatus('stopped');
      const step = writer.lastStep ?? 0;
      const early = new HeldOut({ experiment, writer }).earlyEnd(step);
      const resumesAfter = writer.resumePoint()?.step ?? 0;
      emit({ event: 'stopped', runDir: writer.dir, step, resumesAfter, ...(early && { early }) });
      return 'stopped';
    }
    const smaller = smallerMicroBatch(error, writer, context);
    if (smaller !== null) throw smaller;
    const failure = withWayOut(error, { experiment, dir: writer.dir, lastStep: writer.lastStep });
    recordFailure(writer, failure);
    throw failure;
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
