/** `rlvr job`: what a job of a cluster runs. Its log is all that comes back from there, so the run is written into it. */
import { resolve } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import { printRunLine } from '../protocol/runLines.ts';
import { RUNS_FOLDER } from '../run/runsFolder.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command } from './command.ts';

export const job: Command = {
  name: 'job',
  summary: 'Train as a job of a Ray cluster; rlvr train --ray http://… submits one',
  usage: `rlvr job <experiment> [--set path=value]...

  <experiment>        an experiment file, *.rlvr.json
  --set path=value    sets a value of the experiment, such as training.steps=200; may be repeated

What it prints is the run's folder in lines, which the machine that submitted the job makes an ordinary run of.`,

  async run(args, io) {
    const options = { set: { type: 'string', multiple: true } } as const;
    const { values, positionals } = parseArguments(args, { options, positionals: ['experiment file'] });
    const [experiment] = positionals;
    const [{ trainExperiment }, { JobLines }] = await Promise.all([
      import('../trainer/engine.ts'),
      import('./job/jobLines.ts'),
    ]);
    const write = (text: string): void => void io.stdout.write(text);
    const lines = new JobLines(write);
    try {
      const outcome = await trainExperiment(
        {
          experimentPath: resolve(io.cwd, experiment),
          overrides: values.set ?? [],
          runsDir: resolve(io.cwd, RUNS_FOLDER),
        },
        { emit: (event) => lines.emit(event), signal: io.signal },
      );
      await lines.end();
      return outcome === 'finished' ? EXIT.done : EXIT.stopped;
    } catch (error) {
      await lines.end();
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof UserError)) io.stderr.write(`${error instanceof Error ? error.stack : message}\n`);
      write(printRunLine({ kind: 'failed', message }));
      return EXIT.failed;
    }
  },
};
