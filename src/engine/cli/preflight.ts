/** `rlvr preflight`: tries a little of an experiment, and says what its run will likely be like. */
import { resolve } from 'node:path';
import { experimentName } from '../words/naming.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command } from './command.ts';
import { followPreflight } from './preflight/follow.ts';
import { showForecast } from './preflight/lines.ts';

export const preflight: Command = {
  name: 'preflight',
  summary: 'Try a little of an experiment, and forecast signal, time, memory and cost of its run',
  usage: `rlvr preflight <experiment> [--set path=value]... [--json]

  <experiment>        an experiment file, *.rlvr.json
  --set path=value    sets a value of the experiment, such as rollout.groupSize=16; may be repeated
  --json              one JSON object

Some problems of the first steps are sampled, scored and trained on, and some held-out ones evaluated: seconds for a small model, a minute or
two for one of GPT-2's size. The policy is thrown away, and no run is written. Rewards that ask a judge do ask it.
\`rlvr train --preflight\` does the same before it trains, and keeps the forecast beside the run, where \`rlvr cost\` holds it against the facts.`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: {
        set: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
      },
      positionals: ['experiment file'],
    });
    const [path] = positionals;
    const options = { experimentPath: resolve(io.cwd, path), overrides: values.set ?? [] };
    const name = experimentName(path);
    const found = await followPreflight(io, options, name);
    if (found === null) return EXIT.stopped;
    showForecast(found, name, values.json, io);
    return EXIT.done;
  },
};
