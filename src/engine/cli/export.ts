/** `rlvr export`: a run as files for other programs, its policy as a model, or an experiment as a project for another trainer. */
import { resolve } from 'node:path';
import { UsageError } from '../protocol/errors.ts';
import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';

export const exportRun: Command = {
  name: 'export',
  summary: 'Write a run to files, its policy as a model, or an experiment as a project of TRL or verl',
  usage: `rlvr export <run folder> [--metrics FILE] [--completions FILE] [--tensorboard DIR [--follow]] [--json]
       rlvr export <run folder> --model DIR --as peft|merged|onnx [--checkpoint N|best|last] [--overwrite] [--json]
       rlvr export <experiment | run folder> --to trl|verl --out DIR [--json]

  --metrics FILE       one row per step, every metric under its name
  --completions FILE   one row per completion: prompt, text, rewards, advantage, tokens, log-probabilities
  --tensorboard DIR    the metrics as an event file in DIR/<run>, for tensorboard --logdir DIR
  --follow             keeps writing the event file while the run is trained, until it ends
  --model DIR          a policy of the run, as a folder that other programs load
  --as FORM            peft: its adapter; merged: a Hugging Face model, in float32; onnx: with a key-value cache, for
                       onnxruntime and transformers.js
  --checkpoint WHICH   a step, "best" (the highest held-out accuracy) or "last" (the default)
  --overwrite          replaces a model that was exported to DIR before
  --to trl|verl        a folder that TRL or verl trains from: script, data, rewards, and a README of what will be otherwise
  --out DIR            that folder; it must be empty, or is made
  --json               one JSON object per file written

FILE ends in .jsonl, .csv or .parquet, which decides the format. A run can be exported while it is trained.`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: {
        metrics: { type: 'string' },
        completions: { type: 'string' },
        tensorboard: { type: 'string' },
        follow: { type: 'boolean', default: false },
        model: { type: 'string' },
        as: { type: 'string' },
        checkpoint: { type: 'string' },
        overwrite: { type: 'boolean', default: false },
        to: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      positionals: ['run folder'],
    });
    const path = resolve(io.cwd, positionals[0]);
    const { metrics, completions, tensorboard, follow, model, to, out, json } = values;
    const files = { metrics, completions, tensorboard };
    const chosen = [
      ...Object.entries(files).flatMap(([name, file]) => (file === undefined ? [] : [name])),
      ...(follow ? ['follow'] : []),
    ];
    if (model !== undefined) {
      const surplus = [...chosen, ...(to === undefined ? [] : ['to']), ...(out === undefined ? [] : ['out'])][0];
      if (surplus !== undefined) throw new UsageError(`--${surplus} does not go with --model.`);
      const { exportModel, policyOptions } = await import('./export/policy.ts');
      const { overwrite, as, checkpoint } = values;
      const request = { ...policyOptions(as, checkpoint), runDir: path, outDir: resolve(io.cwd, model), overwrite };
      return exportModel(request, json, io);
    }
    for (const name of ['as', 'checkpoint', 'overwrite'] as const)
      if (values[name] !== undefined && values[name] !== false)
        throw new UsageError(`--${name} goes with --model DIR.`);
    if (to === undefined && out === undefined) {
      if (chosen.length === 0)
        throw new UsageError(
          'Nothing to export: give --metrics FILE, --completions FILE, --tensorboard DIR, --model DIR --as merged, or --to trl --out DIR.',
        );
      if (follow && tensorboard === undefined) throw new UsageError('--follow goes with --tensorboard DIR.');
      if (
        metrics !== undefined &&
        completions !== undefined &&
        resolve(io.cwd, metrics) === resolve(io.cwd, completions)
      )
        throw new UsageError(`--metrics and --completions cannot both be written to ${metrics}.`);
      const { exportFiles } = await import('./export/runFiles.ts');
      return exportFiles({ dir: path, ...files, follow }, json, io);
    }
    if (to !== 'trl' && to !== 'verl')
      throw new UsageError(`--to must be trl or verl${to === undefined ? '' : `, not "${to}"`}.`);
    if (out === undefined) throw new UsageError(`--to ${to} needs --out DIR.`);
    const [surplus] = chosen;
    if (surplus !== undefined) throw new UsageError(`--${surplus} does not go with --to.`);
    const { exportProject } = await import('./export/project.ts');
    return exportProject({ path, trainer: to, outDir: resolve(io.cwd, out) }, json, io);
  },
};
