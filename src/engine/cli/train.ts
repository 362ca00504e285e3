/** `rlvr train`: starts a run, or continues one. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError, UserError } from '../protocol/errors.ts';
import { parsePlan, plannedRuns } from '../protocol/plannedRuns.ts';
import type { RunManifest } from '../protocol/run.ts';
import { RunReader } from '../run/reader.ts';
import { RUNS_FOLDER } from '../run/runsFolder.ts';
import type { EngineContext } from '../trainer/engineContext.ts';
import { experimentName } from '../words/naming.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { followRun } from './follow.ts';

export const train: Command = {
  name: 'train',
  summary: 'Train the policy of an experiment, or continue a run',
  usage: `rlvr train <experiment> [--runs DIR] [--set path=value]... [--seeds N] [--control NAME]... [--json]
       rlvr train --resume <run folder> [--json]

  <experiment>        an experiment file, *.rlvr.json
  --runs DIR          where the run's folder is made (${RUNS_FOLDER})
  --set path=value    sets a value of the experiment, such as training.steps=200; may be repeated
  --seeds N           trains with N seeds, one run after another, all measured on the same problems
  --control NAME      trains a control in its place: random-reward, or no-training, which only measures; may be repeated
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
  resume: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

async function start(args: readonly string[], io: CommandIO): Promise<number> {
  const { values, positionals } = parseArguments(args, { options, positionals: ['experiment file'] });
  const [experiment] = positionals;
  const plan = parsePlan(values);
  const [{ trainExperiment }, { readExperiment }, { casesBeforeTraining }] = await Promise.all([
    import('../trainer/engine.ts'),
    import('../trainer/readExperiment.ts'),
    import('./score/beforeTraining.ts'),
  ]);
  const experimentPath = resolve(io.cwd, experiment);
  const given = values.set ?? [];
  const planned = plannedRuns(await readExperiment(experimentPath, given), plan);
  const text = readFileSync(experimentPath, 'utf8');
  const runDirs: string[] = [];
  for (const { title, overrides } of planned) {
    requireUnchanged(experimentPath, text);
    const name = [experimentName(experiment), title].filter((part) => part !== '').join(', ');
    const options = {
      experimentPath,
      overrides: [...given, ...overrides],
      runsDir: resolve(io.cwd, values.runs ?? RUNS_FOLDER),
      beside: runDirs.slice(0, 1).map(manifestOf)[0],
    };
    const code = await followRun(io, { json: values.json, title: name }, async (context) => {
      const noted: EngineContext = {
        ...context,
        emit: (event) => {
          if (event.event === 'started') runDirs.push(event.runDir);
          context.emit(event);
        },
      };
      for (const message of await casesBeforeTraining(options, io)) context.emit({ event: 'warning', message });
      return trainExperiment(options, noted);
    });
    if (code !== EXIT.done) return code;
  }
  return EXIT.done;
}

/** @throws UserError where the file of several runs was edited since the first of them */
function requireUnchanged(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  throw new UserError(
    `${path} changed while its runs were trained: the rest would be of another recipe. ` +
      'Restore it and train the missing ones (--set seed=…, --set dataset.splitSeed=… as the first has it), or train all of them again.',
  );
}

function manifestOf(runDir: string): RunManifest {
  const reader = RunReader.open(runDir);
  try {
    return reader.manifest;
  } finally {
    reader.close();
  }
}

async function resume(args: readonly string[], io: CommandIO): Promise<number> {
  const { values } = parseArguments(args, { options, positionals: [] });
  if ([values.runs, values.set, values.seeds, values.control].some((value) => value !== undefined)) {
    throw new UsageError(
      'A run is resumed where it is and as it was started: --runs, --set, --seeds and --control do not go with --resume.',
    );
  }
  const { resumeRun } = await import('../trainer/engine.ts');
  const runDir = resolve(io.cwd, values.resume ?? '');
  return followRun(io, { json: values.json, title: 'Run' }, (context) => resumeRun(runDir, context));
}
