/** `rlvr train`: starts a run, or continues one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../protocol/errors.ts';
import { parsePlan, plannedRuns } from '../protocol/plannedRuns.ts';
import type { Forecast } from '../protocol/forecast.ts';
import { RUNS_FOLDER } from '../run/runsFolder.ts';
import type { PreflightOptions } from '../trainer/preflight/preflight.ts';
import { experimentName } from '../words/naming.ts';
import { parseArguments } from './arguments.ts';
import { besideOthers, runsAtOnce } from './besideOthers.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { reportError } from './dispatch.ts';
import { followRun } from './follow.ts';
import { inTurn } from './inTurn.ts';
import { rayOverrides, resumedOn } from './rayOption.ts';

export const train: Command = {
  name: 'train',
  summary: 'Train the policy of an experiment, or continue a run',
  usage: `rlvr train <experiment> [--runs DIR] [--set path=value]... [--seeds N] [--control NAME]...
                  [--ray ADDRESS] [--preflight] [--json]
       rlvr train --resume <run folder> [--ray ADDRESS] [--json]

  <experiment>        an experiment file, *.rlvr.json
  --runs DIR          where the run's folder is made (${RUNS_FOLDER})
  --set path=value    sets a value of the experiment, such as training.steps=200; may be repeated
  --seeds N           trains with N seeds, one run after another, all measured on the same problems
  --control NAME      trains a control in its place: random-reward, or no-training, which only measures; may be repeated
  --ray ADDRESS       computes on a Ray cluster: auto, host:port, or ray://host:port; several runs at once, as it has room; http://host:8265
                      has each run be a job of Ray's job API, which goes on without this machine (see rlvr cluster);
                      a run that is resumed goes on at this address in place of its own
  --preflight         tries a little of it first, and keeps the forecast beside the run (see rlvr preflight)
  --resume FOLDER     continues a run from its last saved step: the last one with an adapter, the last checkpoint with all weights
  --json              one JSON object per event and line

Ctrl-C stops within a second; --resume goes on as if the run had not been stopped.`,

  run(args, io) {
    const resumes = args.some((argument) => argument === '--resume' || argument.startsWith('--resume='));
    return resumes ? resume(args, io) : start(args, io);
  },
};

const options = {
  runs: { type: 'string' },
  set: { type: 'string', multiple: true },
  seeds: { type: 'string' },
  control: { type: 'string', multiple: true },
  ray: { type: 'string' },
  preflight: { type: 'boolean', default: false },
  resume: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

async function start(args: readonly string[], io: CommandIO): Promise<number> {
  const { values, positionals } = parseArguments(args, { options, positionals: ['experiment file'] });
  const [experiment] = positionals;
  const plan = parsePlan(values);
  const [{ readExperiment }, { requireUnchanged, startRun }] = await Promise.all([
    import('../trainer/readExperiment.ts'),
    import('./startRun.ts'),
  ]);
  const experimentPath = resolve(io.cwd, experiment);
  const given = [...(values.set ?? []), ...rayOverrides(values.ray)];
  const parsed = await readExperiment(experimentPath, given);
  const planned = plannedRuns(parsed, plan);
  const atOnce = runsAtOnce([parsed.device]);
  const text = readFileSync(experimentPath, 'utf8');
  const runDirs: string[] = [];
  const codes: number[] = [];
  await inTurn(planned, atOnce, async ({ title, overrides }, begun) => {
    requireUnchanged(experimentPath, text, remedy(overrides));
    const name = [experimentName(experiment), title].filter((part) => part !== '').join(', ');
    const options = {
      experimentPath,
      overrides: [...given, ...overrides],
      runsDir: resolve(io.cwd, values.runs ?? RUNS_FOLDER),
      beside: runDirs,
    };
    const [runIO, follow] = besideOthers(io, { json: values.json, title: name }, { title, atOnce });
    const forecast = values.preflight ? await forecastOf(options, name, values.json, runIO) : undefined;
    const onStarted = (dir: string): void => {
      runDirs.push(dir);
      begun();
    };
    try {
      const code =
        forecast === null ? EXIT.stopped : await startRun(runIO, follow, { ...options, forecast }, onStarted);
      codes.push(code);
      return code === EXIT.done;
    } catch (error) {
      if (atOnce === 1) throw error;
      // Others go on beside it, and may fail, too: each says why, with its name.
      codes.push(reportError(error, runIO, follow));
      return false;
    }
  });
  return codes.find((code) => code !== EXIT.done) ?? EXIT.done;
}

/** What a preflight says, shown as it is found; null where it was stopped. */
async function forecastOf(
  options: PreflightOptions,
  title: string,
  json: boolean,
  io: CommandIO,
): Promise<Forecast | null> {
  const [{ followPreflight }, { showForecast }] = await Promise.all([
    import('./preflight/follow.ts'),
    import('./preflight/lines.ts'),
  ]);
  const found = await followPreflight(io, options, title);
  if (found === null) return null;
  showForecast(found, title, json, io);
  return found.forecast;
}

/** @param overrides of the run that is the next one */
function remedy(overrides: readonly string[]): string {
  const settings = overrides.map((override) => `--set ${override}`).join(' ');
  return `Restore it and train the missing ones (the next with ${settings}), or train all of them again.`;
}

async function resume(args: readonly string[], io: CommandIO): Promise<number> {
  const { values } = parseArguments(args, { options, positionals: [] });
  const others = [values.runs, values.set, values.seeds, values.control];
  if (values.preflight || others.some((value) => value !== undefined)) {
    throw new UsageError(
      'A run is resumed where it is and as it was started: --runs, --set, --seeds, --control and --preflight do not go with --resume.',
    );
  }
  const { resumeRun } = await import('../trainer/engine.ts');
  const runDir = resolve(io.cwd, values.resume ?? '');
  return followRun(io, { json: values.json, title: 'Run' }, (context) =>
    resumeRun(runDir, { ...context, ...resumedOn(values.ray) }),
  );
}
