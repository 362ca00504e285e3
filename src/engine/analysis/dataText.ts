/** An experiment's data in words, for a terminal and for a document of the editor alike. */
import type { DataOverview, PartOverview } from '../protocol/dataOverview.ts';
import type { EntryPath } from '../protocol/jsonSource.ts';
import { datasetEntryText } from '../protocol/tasks.ts';
import { count, percent, plural } from '../words/format.ts';

/** Longer values of a row are cut: the file has them whole. */
const MAX_VALUE = 600;
/** Pairs of rows named of each leak. */
const MOST_PAIRS = 5;
/** Enough of a hash to tell versions of a file apart. */
const HASH_LENGTH = 12;

const SHAPES: Readonly<Record<string, string>> = {
  gsm8k: "in GSM8K's shape (question, answer with ####)",
  trl: "in TRL's shape (prompt)",
  verl: "in verl's shape (prompt, reward_model.ground_truth as answer)",
  verifiers: "in verifiers' shape (question or prompt, answer, info)",
};

/**
 * Lines of text, task by task. Values of the dataset are among them as they are: where signs can do harm, they are to be taken out.
 */
export function dataText(overviews: readonly DataOverview[]): string[] {
  return overviews.flatMap((overview) => [...taskHead(overview), ...taskText(overview)]);
}

/** Empty where the experiment has one dataset. */
function taskHead({ task }: DataOverview): string[] {
  if (task === null) return [];
  const title = `Task ${task.name}`;
  const rewards =
    task.rewards.length === 0 ? 'no rewards' : `rewards ${task.rewards.join(', ')}; solved where ${task.solvedBy} is 1`;
  return [title, '='.repeat(title.length), `weight ${task.weight}; ${rewards}`, ''];
}

function taskText(overview: DataOverview): string[] {
  const { parts, warnings, leaks } = overview;
  const entry = entryOf(overview);
  return [
    ...heading('Sources'),
    ...overview.sources.map(sourceLine),
    `rows ${SHAPES[overview.shape ?? ''] ?? `in a shape of their own: ${entry('columns')} and ${entry('prompt')} say which column is which`}`,
    '',
    ...heading('Parts'),
    ...parts.flatMap((part) => partLines(part, overview)),
    ...(overview.examples > 0 ? [`${plural(overview.examples, 'worked example')} before each question`] : []),
    ...(overview.noLengths === null ? [] : [`Lengths in tokens are not known: ${overview.noLengths}`]),
    '',
    ...heading('Leaks between parts'),
    ...(leaks.length === 0
      ? ['None: no problem asks or nearly asks what another part does.']
      : leaks.flatMap(leakLines)),
    '',
    ...(warnings.length === 0 ? [] : [...heading('Warnings'), ...warnings, '']),
    ...heading('Columns'),
    ...overview.columns.map(
      ({ name, kinds, missing }) =>
        `${name}: ${kinds.length === 0 ? 'empty' : kinds.join(', ')}${missing === 0 ? '' : `; missing in ${plural(missing, 'row')}`}`,
    ),
    '',
    ...parts.flatMap(rowLines),
  ];
}

/** How an entry of the task's dataset is written. */
function entryOf({ task }: DataOverview): (...path: EntryPath) => string {
  return (...path) => datasetEntryText(task?.name ?? null, ...path);
}

function heading(title: string): string[] {
  return [title, '-'.repeat(title.length)];
}

function sourceLine({ role, source, revision, sha256, rows }: DataOverview['sources'][number]): string {
  const at = revision === null ? '' : ` at ${revision}`;
  return `${role}: ${source}${at}, ${plural(rows, 'row')}, sha256 ${sha256.slice(0, HASH_LENGTH)}`;
}

function partLines({ part, rows, lengths, faulty }: PartOverview, overview: DataOverview): string[] {
  if (rows === 0) return [`${part}: none`];
  return [
    `${part}: ${plural(rows, 'problem')}`,
    ...(lengths === null ? [] : lengthLines(lengths, overview)),
    ...(faulty === null
      ? []
      : [`  ${plural(faulty.rows, 'row')} cannot be asked, and training stops at the first: ${faulty.first}`]),
  ];
}

function lengthLines(lengths: NonNullable<PartOverview['lengths']>, overview: DataOverview): string[] {
  const { room } = overview;
  const entry = entryOf(overview);
  const { problems, measured, shortest, median, ninety, ninetyNine, longest, leftOut, tooLong } = lengths;
  const of = measured < problems ? ` of ${count(measured)} measured, evenly over all,` : '';
  return [
    `  tokens of a prompt: ${shortest} to ${longest}, median ${median}, 90 % up to ${ninety}, 99 % up to ${ninetyNine}${measured < problems ? ` (${count(measured)} measured, evenly over all)` : ''}`,
    ...(leftOut === 0
      ? []
      : [`  ${count(leftOut)}${of} are left out as longer than ${entry('filter', 'maxPromptTokens')}.`]),
    ...(tooLong === 0 || room === null
      ? []
      : [
          `  ${count(tooLong)}${of} do not fit with a whole completion, and training would not start. ${room > 0 ? `The context leaves ${room} tokens for a prompt: lower rollout.maxCompletionLength or ${entry('fewShot')}, or set ${entry('filter', 'maxPromptTokens')} to leave them out.` : 'Lower rollout.maxCompletionLength: it takes the whole context.'}`,
        ]),
  ];
}

function leakLines({ part, from, fromTask, total, same, near, alike }: DataOverview['leaks'][number]): string[] {
  const whose = fromTask === undefined ? from : `${from} of ${fromTask}`;
  const pairs = (repeated: typeof same): string[] => [
    ...repeated
      .slice(0, MOST_PAIRS)
      .map(
        ({ row, of, share }) =>
          `  ${part} row ${row}, ${whose} row ${of}${share < 1 ? `: ${percent(share)} of it` : ''}`,
      ),
    ...(repeated.length > MOST_PAIRS ? [`  and ${count(repeated.length - MOST_PAIRS)} more`] : []),
  ];
  const of = `of ${plural(total, `${part} problem`)}`;
  return [
    ...(same.length === 0 ? [] : [`${count(same.length)} ${of} ask the same as one of ${whose}:`, ...pairs(same)]),
    ...(near.length === 0
      ? []
      : [
          `${count(near.length)} ${of} nearly repeat one of ${whose}${alike ? ', as the experiment expects' : ''}:`,
          ...pairs(near),
        ]),
  ];
}

function rowLines({ part, first }: PartOverview): string[] {
  return first.flatMap(({ row, columns }) => [
    ...heading(`${part}, row ${row}`),
    ...Object.entries(columns).flatMap(([name, value]) => `${name}: ${shown(value)}`.split('\n')),
    '',
  ]);
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
