/**
 * Metrics and completions of a run as JSONL or CSV. What is written depends on the run's contents alone: not on its id, the order
 * of writing or interruptions, so that equal runs (clock times apart) export to equal bytes.
 */
import { extname } from 'node:path';
import { UsageError, UserError } from '../protocol/errors.ts';
import type { CompletionRecord } from '../protocol/run.ts';
import { csvLine } from './csv.ts';
import { writeFileWhole } from './durable.ts';
import { messageOf } from './errors.ts';
import type { RunReader } from './reader.ts';

type Cell = string | number | null | readonly number[];
type FlatRow = Readonly<Record<string, Cell>>;

/** Characters gathered before they are written. */
const CHUNK_LENGTH = 1 << 20;

/**
 * One flat object per step: `step`, then every metric under its name; in CSV a metric without a value leaves its cell empty.
 * @param names the metrics wanted, in this order; all unless given
 */
export function exportMetrics(reader: RunReader, file: string, names?: readonly string[]): void {
  reader.snapshot(() => {
    const wanted = names ?? reader.metricNames();
    writeTable(
      file,
      ['step', ...wanted],
      map(reader.metricRows(wanted), ({ step, metrics }) => ({ step, ...metrics })),
    );
  });
}

/**
 * One flat object per completion: its key, prompt, text, rewards as `rewards/<name>` and their errors as `errors/<name>`, tokens,
 * log-probabilities, entropies, and where each token ends in the text. In CSV lists are JSON inside their cell.
 */
export function exportCompletions(reader: RunReader, file: string): void {
  reader.snapshot(() => {
    const names = reader.rewardNames();
    const columns = [
      ...KEY_COLUMNS,
      ...names.map((name) => `rewards/${name}`),
      ...names.map((name) => `errors/${name}`),
      ...LIST_COLUMNS,
    ];
    writeTable(file, columns, completionRows(reader));
  });
}

const KEY_COLUMNS = [
  ...['step', 'purpose', 'split', 'problem', 'occurrence', 'round', 'sample'],
  ...['prompt', 'completion', 'stop_reason', 'reward', 'advantage'],
];
const LIST_COLUMNS = ['tokens', 'logprobs', 'sampled_logprobs', 'entropies', 'token_ends'];

function* completionRows(reader: RunReader): Generator<FlatRow> {
  // A group's completions follow each other, so that one problem at a time is enough.
  let problem: { readonly split: string; readonly problem: number; readonly prompt: string | null } | undefined;
  for (const completion of reader.completions()) {
    const { split, key } = completion;
    if (problem?.split !== split || problem.problem !== key.problem) {
      problem = { split, problem: key.problem, prompt: reader.problem(split, key.problem)?.prompt ?? null };
    }
    yield completionRow(completion, problem.prompt);
  }
}

function completionRow(completion: CompletionRecord, prompt: string | null): FlatRow {
  const { key, purpose, split } = completion;
  const row: Record<string, Cell> = {
    step: key.step,
    purpose,
    split,
    problem: key.problem,
    occurrence: key.occurrence,
    round: key.round,
    sample: key.sample,
    prompt,
    completion: completion.text,
    stop_reason: completion.stopReason,
    reward: completion.reward,
    advantage: completion.advantage,
  };
  for (const [name, result] of Object.entries(completion.rewards)) {
    if ('error' in result) row[`errors/${name}`] = `${result.error.kind}: ${result.error.message}`;
    else row[`rewards/${name}`] = result.value;
  }
  row['tokens'] = Array.from(completion.tokens);
  row['logprobs'] = shortened(completion.logprobs);
  row['sampled_logprobs'] = shortened(completion.sampledLogprobs);
  row['entropies'] = shortened(completion.entropies);
  row['token_ends'] = Array.from(completion.tokenEnds);
  return row;
}

/** Nine significant digits tell all 32-bit floats apart; the seventeen of a double would double the file. */
function shortened(values: Float32Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(9)));
}

function writeTable(file: string, columns: readonly string[], rows: Iterable<FlatRow>): void {
  const extension = extname(file).toLowerCase();
  if (extension !== '.jsonl' && extension !== '.csv') {
    throw new UsageError(`Cannot export to ${file}: the name must end in .jsonl or .csv, which decides the format.`);
  }
  const csv = extension === '.csv';
  try {
    writeFileWhole(file, (append) => {
      let chunk = csv ? csvLine(columns) : '';
      for (const row of rows) {
        chunk += csv ? csvLine(columns.map((column) => csvCell(row[column]))) : `${JSON.stringify(row)}\n`;
        if (chunk.length < CHUNK_LENGTH) continue;
        append(chunk);
        chunk = '';
      }
      append(chunk);
    });
  } catch (error) {
    // Errors of the run itself are said already; what is left is about the file to write.
    if (error instanceof UserError) throw error;
    throw new UserError(
      `Cannot write ${file} (${messageOf(error)}). Check the folder, its permissions and the free space.`,
    );
  }
}

function csvCell(value: Cell | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function* map<From, To>(values: Iterable<From>, to: (value: From) => To): Generator<To> {
  for (const value of values) yield to(value);
}
