/** A run as a job of Ray's job API: what it needs is sent, the engine that travels with it trains there, and its folder comes back. */
import { dirname, resolve } from 'node:path';
import { engineFiles, JOB_MODULE } from '../../cluster/jobs/enginePackage.ts';
import { sendPackage } from '../../cluster/jobs/packages.ts';
import { RayJobs } from '../../cluster/jobs/rayJobs.ts';
import { tokenOfTerminal } from '../../cluster/jobs/tokenOfTerminal.ts';
import { findModel } from '../../model/findModel.ts';
import { UserError } from '../../protocol/errors.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { isJobAddress, jobAddress } from '../../protocol/rayJob.ts';
import { onCluster, RAY, rayOf } from '../../protocol/rayConfig.ts';
import { ENGINE_VERSION } from '../../protocol/version.ts';
import { RunReader } from '../../run/reader.ts';
import { createRunId } from '../../run/runId.ts';
import { makeRunsFolder } from '../../run/runsFolder.ts';
import { experimentName } from '../../words/naming.ts';
import type { TrainOptions } from '../engine.ts';
import type { EngineContext, Outcome } from '../engineContext.ts';
import { summarize } from '../summary.ts';
import { followJob } from './followJob.ts';
import { readJobRecord } from './jobRecord.ts';
import { projectFiles, type ProjectFiles } from './projectFiles.ts';

/** Whether an experiment is to be trained by a job. */
export function isForJob(experiment: Pick<Experiment, 'device' | 'ray'>): boolean {
  return experiment.device === RAY && isJobAddress(rayOf(experiment).address);
}

export async function trainAsJob(
  options: TrainOptions,
  experiment: Experiment,
  context: EngineContext,
): Promise<Outcome> {
  const { signal, emit } = context;
  const path = resolve(options.experimentPath);
  const runsDir = resolve(options.runsDir);
  const address = jobAddress(rayOf(experiment).address);
  makeRunsFolder(runsDir);
  const access = { address, token: await tokenFor(address, context) };
  try {
    const jobs = new RayJobs({ ...access, signal });
    await jobs.version();
    const project = await projectFiles(experiment, path);
    for (const message of project.notes) emit({ event: 'warning', message });
    const load = (done: number): void => emit({ event: 'phase', step: 0, phase: 'load', done, total: 2 });
    load(0);
    const engine = await sendPackage(jobs, engineFiles());
    load(1);
    const workingDir = await sendPackage(jobs, project.files);
    load(2);
    const submissionId = `rlvr-${createRunId()}`;
    await jobs.submit({
      submissionId,
      entrypoint: entrypoint(project, options.overrides),
      workingDir,
      modules: [engine],
      metadata: { program: 'rlvr', version: ENGINE_VERSION, experiment: experimentName(path) },
    });
    emit({ event: 'warning', message: `Submitted to ${address} as the job ${submissionId}.` });
    const record = { address, submissionId, applied: 0 };
    const mirror = {
      runsDir,
      experimentPath: path,
      modelPath: await modelHere(experiment, path),
      sweep: options.sweep,
    };
    return await followJob({ access, record, mirror }, context);
  } catch (error) {
    if (signal.aborted) return 'stopped';
    throw error;
  }
}

/** Follows the job of a run again, from where the run's folder stands. A finished run says so and is left as it is. */
export async function followAgain(runDir: string, context: EngineContext): Promise<Outcome> {
  const record = readJobRecord(runDir);
  const reader = RunReader.open(runDir);
  const { experimentPath, modelPath, sweep } = reader.manifest;
  const { steps } = reader.experiment().training;
  const { lastStep, status } = reader.state();
  const { id } = reader.manifest;
  reader.close();
  if (status === 'finished') {
    context.emit({ event: 'started', runDir, id, steps, finished: true });
    context.emit(summarize(runDir));
    return 'finished';
  }
  const access = { address: record.address, token: await tokenFor(record.address, context) };
  const resumed = lastStep === null ? {} : { resumedFrom: lastStep };
  context.emit({ event: 'started', runDir, id, steps, ...resumed });
  return followJob({ access, record, mirror: { runsDir: dirname(runDir), experimentPath, modelPath, sweep } }, context);
}

/** In memory only: no argument, file or log has it, and no job is given it. */
async function tokenFor(address: string, { clusterToken }: EngineContext): Promise<string | null> {
  return clusterToken === undefined ? tokenOfTerminal(process.env) : clusterToken(address);
}

/** For a shell. What the experiment names of the hub is fetched first, as a person would. */
function entrypoint({ experiment, gets }: ProjectFiles, overrides: readonly string[]): string {
  const program = `python -m ${JOB_MODULE}`;
  const set = overrides.filter((override) => !/^(?:device|ray\.address)=/.test(override));
  const here = [...set, ...onCluster('auto')].flatMap((override) => ['--set', override]);
  return [
    ...gets.map((what) => [program, 'get', what, quoted(experiment)].join(' ')),
    [program, 'job', quoted(experiment), ...here.map(quoted)].join(' '),
  ].join(' && ');
}

function quoted(argument: string): string {
  if (argument.includes('\0')) throw new UserError('A setting has a character in it that no command line takes.');
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** null for a model of the hub that only the cluster has. */
async function modelHere({ model }: Experiment, experimentPath: string): Promise<string | null> {
  return findModel(model, dirname(experimentPath)).then(
    ({ path }) => path,
    () => null,
  );
}
