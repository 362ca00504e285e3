/** `rlvr data`: what an experiment's data is like, before anything is trained. */
import { resolve } from 'node:path';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command } from './command.ts';
import { printJson } from './json.ts';
import { printable } from './text.ts';

export const data: Command = {
  name: 'data',
  summary: "Show an experiment's data: parts, leaks between them, columns, lengths, first rows",
  usage: `rlvr data <experiment> [--set path=value]... [--json]

  <experiment>        an experiment file, *.rlvr.json
  --set path=value    sets a value of the experiment, such as dataset.validation=0.1; may be repeated
  --json              one JSON object for each task

Reads what is on this machine; datasets of the Hugging Face hub are fetched by: rlvr get dataset`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: { set: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } },
      positionals: ['experiment file'],
    });
    const path = resolve(io.cwd, positionals[0]);
    const [{ readExperiment }, { describeData }, { PromptModels }] = await Promise.all([
      import('../trainer/readExperiment.ts'),
      import('../preview/describeData.ts'),
      import('../preview/promptModel.ts'),
    ]);
    const experiment = await readExperiment(path, values.set ?? []);
    const overviews = await describeData(experiment, path, {
      models: new PromptModels(),
      signal: io.signal,
      env: io.env,
    });
    if (values.json) {
      for (const overview of overviews) printJson(io.stdout, { event: 'data', ...overview });
      return EXIT.done;
    }
    const { dataText } = await import('../analysis/dataText.ts');
    for (const line of dataText(overviews)) io.stdout.write(`${printable(line)}\n`);
    return EXIT.done;
  },
};
