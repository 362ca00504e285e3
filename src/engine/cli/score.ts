/** `rlvr score`: stored completions through the reward files as they are now, and pinned cases. */
import { resolve } from 'node:path';
import { UsageError } from '../protocol/errors.ts';
import { CASES_EXTENSION } from '../protocol/casesExtension.ts';
import { RUNS_FOLDER } from '../run/runsFolder.ts';
import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';

const SPLITS = ['train', 'validation', 'test'] as const;

/** Options that choose among the completions that are stored. */
const PARTS = ['split', 'step', 'task', 'problem', 'limit', 'runs'] as const;

export const score: Command = {
  name: 'score',
  summary: 'Score what a run has written with the reward files as they are now, or run pinned cases',
  usage: `rlvr score <run folder | experiment> [--split SPLIT] [--step N] [--task NAME] [--problem N]
             [--limit N] [--runs DIR] [--json]
       rlvr score --cases FILE [--json]
       rlvr score --stdin <run folder | experiment>

  <run folder>    a run: its completions, with the rewards that it was started with
  <experiment>    an experiment file: the completions of its newest run, with the rewards that it names now
  --split SPLIT   train (the default: what training sampled), validation or test (what evaluations sampled)
  --step N        only the completions of one step
  --task NAME     only those of one of several tasks
  --problem N     only those of one problem: its row in the dataset file, of several tasks in that of --task, from 0
  --limit N       only the newest, whole groups of at most N completions together
  --runs DIR      where the runs of the experiment are (${RUNS_FOLDER})
  --cases FILE    runs the cases of a file *${CASES_EXTENSION}; may be repeated. The exit code is 1 when one fails
  --stdin         scores what other programs write to the standard input, a line of JSON for each answer:
                  {"groups": [{"row": {...}, "prompt": "...", "completions": [{"text": "..."}]}]}
  --json          one JSON object for each completion or case, and one for all of them

Scores are what the functions say now beside what the run has. Nothing is written into the run.`,

  async run(args, io) {
    const { values, more } = parseArguments(args, {
      options: {
        split: { type: 'string' },
        step: { type: 'string' },
        task: { type: 'string' },
        problem: { type: 'string' },
        limit: { type: 'string' },
        runs: { type: 'string' },
        cases: { type: 'string', multiple: true },
        stdin: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      positionals: [],
      more: true,
    });
    const [path, unexpected] = more;
    const files = values.cases ?? [];
    requireOneWay(values);
    const surplus = files.length > 0 ? path : unexpected;
    if (surplus !== undefined) throw new UsageError(`Unexpected argument "${surplus}".`);
    if (files.length > 0) {
      const { runCaseFiles } = await import('./score/caseFiles.ts');
      return runCaseFiles(
        files.map((file) => resolve(io.cwd, file)),
        values.json,
        io,
      );
    }
    if (values.stdin) {
      if (path === undefined) throw new UsageError('The run folder or experiment file is missing.');
      const { scoreStdin } = await import('./score/stdin.ts');
      return scoreStdin(resolve(io.cwd, path), io);
    }
    if (path === undefined) throw new UsageError('The run folder or experiment file is missing.');
    if (path.endsWith(CASES_EXTENSION)) throw new UsageError(`Cases are run by: rlvr score --cases ${path}`);
    const named = values.split ?? 'train';
    const split = SPLITS.find((known) => known === named);
    if (split === undefined) throw new UsageError(`--split must be ${SPLITS.join(' or ')}, not "${named}".`);
    const { scoreStored } = await import('./score/stored.ts');
    return scoreStored(
      {
        path: resolve(io.cwd, path),
        runsDir: resolve(io.cwd, values.runs ?? RUNS_FOLDER),
        split,
        step: wholeNumber('step', values.step),
        task: values.task,
        problem: wholeNumber('problem', values.problem),
        limit: wholeNumber('limit', values.limit),
      },
      values.json,
      io,
    );
  },
};

/** What is stored, cases and the standard input are three ways, and only the first has parts to choose. */
function requireOneWay(values: Readonly<Partial<Record<'cases' | 'stdin' | (typeof PARTS)[number], unknown>>>): void {
  const way = values.cases !== undefined ? '--cases' : values.stdin === true ? '--stdin' : null;
  if (way === null) return;
  if (way === '--cases' && values.stdin === true) throw new UsageError('--stdin does not go with --cases.');
  const part = PARTS.find((option) => values[option] !== undefined);
  if (part !== undefined) throw new UsageError(`--${part} does not go with ${way}.`);
}

/** null where the option was not given. */
function wholeNumber(option: string, value: string | undefined): number | null {
  if (value === undefined) return null;
  if (!/^\d+$/.test(value)) throw new UsageError(`--${option} needs a whole number, not "${value}".`);
  return Number(value);
}
