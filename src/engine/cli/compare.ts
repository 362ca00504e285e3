/** `rlvr compare`: what is different between runs, and whether it made a difference. */
import { resolve } from 'node:path';
import type { Comparison } from '../protocol/comparison.ts';
import type { RunReader } from '../run/reader.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command } from './command.ts';
import { comparisonLines } from './comparison.ts';
import { printJson } from './json.ts';

export const compare: Command = {
  name: 'compare',
  summary: 'Compare runs: what is different, and whether it made a difference',
  usage: `rlvr compare <run folder> <run folder>... [--published NAME] [--json]

  <run folder>   the first is what the others are compared with; up to ten
  --published    results that others published: gsm8k or math500; by itself where the dataset's name says so
  --json         one JSON object, with the problems that each run solved

Runs are compared on the held-out problems that both were measured on, if the same reward says what is solved.`,

  async run(args, io) {
    const { values, positionals, more } = parseArguments(args, {
      options: { json: { type: 'boolean', default: false }, published: { type: 'string' } },
      positionals: ['run folder', 'second run folder'],
      more: true,
    });
    const dirs = [...positionals, ...more].map((dir) => resolve(io.cwd, dir));
    const comparison = await compareFolders(dirs, values.published);
    if (values.json) printJson(io.stdout, { event: 'comparison', ...comparison });
    else for (const line of comparisonLines(comparison, io.stdout.columns ?? Infinity)) io.stdout.write(`${line}\n`);
    return EXIT.done;
  },
};

async function compareFolders(dirs: readonly string[], published: string | undefined): Promise<Comparison> {
  const [{ RunReader }, { compareRuns }, { parseBenchmark, publishedResults }] = await Promise.all([
    import('../run/reader.ts'),
    import('../analysis/compareRuns.ts'),
    import('../analysis/compare/published.ts'),
  ]);
  const wanted = published === undefined ? {} : { published: publishedResults(parseBenchmark(published)) };
  const readers: RunReader[] = [];
  try {
    for (const dir of dirs) readers.push(RunReader.open(dir));
    return { ...compareRuns(readers), ...wanted };
  } finally {
    for (const reader of readers) reader.close();
  }
}
