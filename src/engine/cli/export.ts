/** `rlvr export`: metrics and completions of a run as files for other programs. */
import { resolve } from 'node:path';
import { UsageError } from '../protocol/errors.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type OutputStream } from './command.ts';
import { printJson } from './json.ts';

export const exportRun: Command = {
  name: 'export',
  summary: 'Write the metrics and completions of a run to files',
  usage: `rlvr export <run folder> [--metrics FILE] [--completions FILE] [--json]

  --metrics FILE       one row per step, every metric under its name
  --completions FILE   one row per completion: prompt, text, rewards, advantage, tokens, log-probabilities
  --json               one JSON object per file written

FILE ends in .jsonl or .csv, which decides the format. A run can be exported while it is trained.`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: {
        metrics: { type: 'string' },
        completions: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      positionals: ['run folder'],
    });
    const dir = resolve(io.cwd, positionals[0]);
    const { metrics, completions, json } = values;
    if (metrics === undefined && completions === undefined) {
      throw new UsageError('Nothing to export: give --metrics FILE, --completions FILE, or both.');
    }
    const [{ RunReader }, { exportMetrics, exportCompletions }] = await Promise.all([
      import('../run/reader.ts'),
      import('../run/export.ts'),
    ]);
    const reader = RunReader.open(dir);
    try {
      if (metrics !== undefined) {
        exportMetrics(reader, resolve(io.cwd, metrics));
        report(io.stdout, json, 'metrics', metrics);
      }
      if (completions !== undefined) {
        exportCompletions(reader, resolve(io.cwd, completions));
        report(io.stdout, json, 'completions', completions);
      }
    } finally {
      reader.close();
    }
    return EXIT.done;
  },
};

function report(stdout: OutputStream, json: boolean, what: string, file: string): void {
  if (json) printJson(stdout, { event: 'exported', what, file });
  else stdout.write(`Wrote the ${what} to ${file}\n`);
}
