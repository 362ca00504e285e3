/** `rlvr mcp`: the runs of a directory for AI agents, over the Model Context Protocol on stdin and stdout. */
import { resolve } from 'node:path';
import { RUNS_FOLDER } from '../run/runsFolder.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command } from './command.ts';

export const mcp: Command = {
  name: 'mcp',
  summary: 'Let AI agents read runs, over the Model Context Protocol',
  usage: `rlvr mcp [--runs DIR]... [--allow-start]

  --runs DIR      where the runs are (${RUNS_FOLDER}); may be repeated, new runs are made in the first
  --allow-start   agents may also start and stop training of experiments in this folder, which runs their reward code

Speaks the protocol on stdin and stdout until stdin ends; a training that was started here is then stopped, and can be resumed.`,

  async run(args, io) {
    const { values } = parseArguments(args, {
      options: { runs: { type: 'string', multiple: true }, 'allow-start': { type: 'boolean', default: false } },
      positionals: [],
    });
    const [first = RUNS_FOLDER, ...more] = values.runs ?? [];
    const runsDirs = [first, ...more].map((dir) => resolve(io.cwd, dir));
    const [{ serveAgents }, { AgentTraining }] = await Promise.all([
      import('./mcp/server.ts'),
      import('./mcp/training.ts'),
    ]);
    const training = values['allow-start']
      ? new AgentTraining({ project: io.cwd, runsDir: resolve(io.cwd, first) })
      : null;
    await serveAgents({ runsDirs, runDirs: [] }, training, io.signal);
    await training?.end();
    return EXIT.done;
  },
};
