/** `rlvr report`: a run as a written report. */
import { join, resolve } from 'node:path';
import { shownPath } from './advice.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command } from './command.ts';
import { printJson } from './json.ts';

export const report: Command = {
  name: 'report',
  summary: 'Write the report of a run: HTML, Markdown and a table for a paper',
  usage: `rlvr report <run folder> [--compare RUN] [--out DIR] [--json]

  --compare RUN   a run folder that this run is compared with
  --out DIR       where the files are written (report-<run>); those of an earlier report are replaced
  --json          one JSON object per file written

report.html needs no other file and loads nothing. All numbers are the run's own.`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: { compare: { type: 'string' }, out: { type: 'string' }, json: { type: 'boolean', default: false } },
      positionals: ['run folder'],
    });
    const [{ RunReader }, { writeReport }] = await Promise.all([
      import('../run/reader.ts'),
      import('../analysis/report/writeReport.ts'),
    ]);
    const reader = RunReader.open(resolve(io.cwd, positionals[0]));
    try {
      const other = values.compare === undefined ? null : RunReader.open(resolve(io.cwd, values.compare));
      try {
        const outDir = resolve(io.cwd, values.out ?? `report-${reader.manifest.id}`);
        for (const name of writeReport(reader, other, outDir)) {
          const file = shownPath(join(outDir, name), io.cwd);
          if (values.json) printJson(io.stdout, { event: 'written', file });
          else io.stdout.write(`Wrote ${file}\n`);
        }
      } finally {
        other?.close();
      }
    } finally {
      reader.close();
    }
    return EXIT.done;
  },
};
