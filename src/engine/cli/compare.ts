/** `rlvr compare`: what is different between runs, and whether it made a difference. */
import { resolve } from 'node:path';
import { MAX_COMPARED_RUNS, type Comparison } from '../protocol/comparison.ts';
import { isTelling, type RecipeTable } from '../protocol/recipeTable.ts';
import type { RunReader } from '../run/reader.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command } from './command.ts';
import { comparisonLines } from './comparison.ts';
import { printJson } from './json.ts';
import { recipeLines } from './recipeLines.ts';

export const compare: Command = {
  name: 'compare',
  summary: 'Compare runs: what is different, and whether it made a difference',
  usage: `rlvr compare <run folder> <run folder>... [--published NAME] [--json]

  <run folder>   the first is what the others are compared with; of more than ten only the table of settings
  --published    results that others published: gsm8k or math500; by itself where the dataset's name says so
  --json         one JSON object, with the problems that each run solved, and the table of settings

Runs are compared on the held-out problems that both were measured on, if the same reward says what is solved. Where three settings or more
differ, they are one table, of each all seeds.`,

  async run(args, io) {
    const { values, positionals, more } = parseArguments(args, {
      options: { json: { type: 'boolean', default: false }, published: { type: 'string' } },
      positionals: ['run folder', 'second run folder'],
      more: true,
    });
    const dirs = [...positionals, ...more].map((dir) => resolve(io.cwd, dir));
    const width = io.stdout.columns ?? Infinity;
    const settings = await settingsOf(dirs);
    if (dirs.length > MAX_COMPARED_RUNS) {
      if (values.json) printJson(io.stdout, { event: 'settings', ...settings });
      else for (const line of recipeLines(settings, width)) io.stdout.write(`${line}\n`);
      return EXIT.done;
    }
    const comparison = await compareFolders(dirs, values.published);
    if (values.json) {
      printJson(io.stdout, { event: 'comparison', ...comparison, settings });
      return EXIT.done;
    }
    const table = isTelling(settings) ? ['', 'Settings', ...recipeLines(settings, width)] : [];
    for (const line of [...comparisonLines(comparison, width), ...table]) io.stdout.write(`${line}\n`);
    return EXIT.done;
  },
};

async function settingsOf(dirs: readonly string[]): Promise<RecipeTable> {
  const { readRecipe, tableOf } = await import('../analysis/compare/readRecipes.ts');
  return tableOf(dirs.map(readRecipe), dirs[0]);
}

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
