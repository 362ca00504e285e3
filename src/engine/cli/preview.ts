/** `rlvr preview`: the prompts of an experiment, exactly as its model would read them, and whether they fit. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError, UserError } from '../protocol/errors.ts';
import type { PartName, PreviewedPrompt } from '../protocol/preview.ts';
import type { OpenedPrompts } from '../preview/openedPrompts.ts';
import { datasetEntryText, type Task } from '../protocol/tasks.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command } from './command.ts';
import { markedLines } from './markedLines.ts';
import { chosenTasks } from './taskOption.ts';
import { printJson } from './json.ts';
import { usesColor } from './text.ts';

/** Characters to encode, about four seconds. */
const BUDGET = 2_000_000;

export const preview: Command = {
  name: 'preview',
  summary: 'Show the prompts of an experiment as the model reads them, and whether they fit',
  usage: `rlvr preview <experiment> [--task NAME] [--row N | --count N] [--all] [--set path=value]... [--json]
       rlvr preview <experiment> [--task NAME] --write-examples FILE

  --task NAME            one of several tasks; all of them unless given
  --row N                the problem of row N of the dataset, counted from 0
  --count N              the first N problems of each part; 1 unless given
  --all                  measures every prompt, however many there are
  --set path=value       sets a value of the experiment; may be repeated
  --json                 for each task one JSON object for all prompts, then one for each shown
  --write-examples FILE  writes the worked examples as JSON lines, to be changed and named as dataset.fewShot

Nothing is trained or sampled, and no weights are read. Exits with 1 where a prompt does not fit.`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, {
      options: {
        task: { type: 'string' },
        row: { type: 'string' },
        count: { type: 'string' },
        all: { type: 'boolean', default: false },
        set: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
        'write-examples': { type: 'string' },
      },
      positionals: ['experiment file'],
    });
    if (values.row !== undefined && values.count !== undefined)
      throw new UsageError('--row and --count exclude each other.');
    const row = values.row === undefined ? null : wholeNumber(values.row, '--row', 0);
    const count = wholeNumber(values.count ?? '1', '--count', 1);

    const path = resolve(io.cwd, positionals[0]);
    const [{ readExperiment }, { OpenedPrompts }, { PromptModels }] = await Promise.all([
      import('../trainer/readExperiment.ts'),
      import('../preview/openedPrompts.ts'),
      import('../preview/promptModel.ts'),
    ]);
    const experiment = await readExperiment(path, values.set ?? []);
    const tasks = chosenTasks(experiment, values.task);
    const models = new PromptModels();

    const file = values['write-examples'];
    if (file !== undefined) {
      const prompts = await OpenedPrompts.open(experiment, onlyTask(tasks, '--write-examples'), path, models);
      if (prompts.examples.length === 0)
        throw new UserError(
          `There are no worked examples. Set ${datasetEntryText(prompts.task.name, 'fewShot')} to a number, or to rlvr-cot-8, and write them then.`,
        );
      const { examplesText } = await import('../preview/examplesText.ts');
      await writeNew(resolve(io.cwd, file), examplesText(prompts.examples));
      if (values.json) printJson(io.stdout, { event: 'exported', what: 'examples', file });
      else io.stdout.write(`Wrote ${prompts.examples.length} worked examples to ${file}\n`);
      return EXIT.done;
    }

    if (row !== null) onlyTask(tasks, '--row');
    const { previewSummary, promptText } = await import('../preview/previewText.ts');
    const budget = values.all ? Infinity : BUDGET / tasks.length;
    let fits = true;
    for (const task of tasks) {
      const prompts = await OpenedPrompts.open(experiment, task, path, models);
      const shown = chosen(prompts, row, count);
      const all = await prompts.measure({ budget, signal: io.signal });
      fits &&= all.parts.every(({ tooLong }) => tooLong === 0);
      if (values.json) {
        printJson(io.stdout, { event: 'preview', ...all });
        for (const prompt of shown) printJson(io.stdout, { event: 'prompt', ...prompt });
      } else {
        const color = usesColor(io.stdout, io.env);
        const gap = task === tasks[0] ? '' : '\n';
        io.stdout.write(markedLines({ text: `${gap}${previewSummary(all)}\n`, special: [] }, color));
        for (const prompt of shown) io.stdout.write(`\n${markedLines(promptText(prompt, all), color)}`);
      }
    }
    return fits ? EXIT.done : EXIT.failed;
  },
};

/** @throws UserError for several: rows and examples are those of one dataset */
function onlyTask([first, ...others]: readonly [Task, ...Task[]], option: string): Task {
  if (others.length === 0) return first;
  const names = [first, ...others].flatMap(({ name }) => name ?? []).join(', ');
  throw new UserError(
    `${option} is about one dataset, and the experiment has several tasks: name one with --task (${names}).`,
  );
}

function wholeNumber(text: string, option: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${option} must be a whole number, at least ${least}, not "${text}".`);
}

function chosen(prompts: OpenedPrompts, row: number | null, count: number): PreviewedPrompt[] {
  if (row !== null) {
    const { part, index } = prompts.find(row);
    return [prompts.prompt(part, index)];
  }
  const first = ([part, rows]: readonly [PartName, readonly unknown[]]): PreviewedPrompt[] =>
    Array.from({ length: Math.min(count, rows.length) }, (_, index) => prompts.prompt(part, index));
  return [...prompts.rows].flatMap(first);
}

/** @throws UserError where it cannot be written, or is there already */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} cannot be written (${reason}). Name a file that is not there yet.`);
  }
}
