/**
 * Metrics and completions of a run as JSONL, CSV or Parquet. What is written depends on the run's contents alone: not on its id, the order
 * of writing or interruptions, so that equal runs (clock times apart) export to equal bytes.
 */
import type { CompletionRecord } from '../protocol/run.ts';
import { rowOfProblem, taskOfProblem } from '../protocol/tasks.ts';
import { answeringRewards } from './completionRows.ts';
import type { RunReader } from './reader.ts';
import type { Cell, Column, TableRow } from './table/columns.ts';
import { writeTable } from './table/writeTable.ts';

/**
 * One flat object per step: `step`, then every metric under its name; in a table a metric without a value leaves its cell empty.
 * @param names the metrics wanted, in this order; all unless given
 */
export function exportMetrics(reader: RunReader, file: string, names?: readonly string[]): void {
  reader.snapshot(() => {
    const wanted = names ?? reader.metricNames();
    writeTable(
      file,
      [{ name: 'step', type: 'integer' }, ...wanted.map((name): Column => ({ name, type: 'number' }))],
      metricRows(reader, wanted),
    );
  });
}

/**
 * One flat object per completion: its key, prompt, text, rewards as `rewards/<name>`, their errors as `errors/<name>` and the answers that
 * they extracted as `extracted/<name>` (null, in a table empty, where they found none), tokens, log-probabilities, entropies, and where each
 * token ends in the text. In CSV lists are JSON inside their cell.
 */
export function exportCompletions(reader: RunReader, file: string): void {
  reader.snapshot(() => {
    const names = reader.rewardNames();
    const columns = [
      ...KEY_COLUMNS,
      ...(reader.manifest.tasks === undefined ? [] : TASK_COLUMNS),
      ...names.map((name): Column => ({ name: `rewards/${name}`, type: 'number' })),
      ...names.map((name): Column => ({ name: `errors/${name}`, type: 'text' })),
      ...reader.query(answeringRewards).map((name): Column => ({ name: `extracted/${name}`, type: 'text' })),
      ...LIST_COLUMNS,
    ];
    writeTable(file, columns, completionRows(reader));
  });
}

const KEY_COLUMNS: readonly Column[] = [
  { name: 'step', type: 'integer' },
  { name: 'purpose', type: 'text' },
  { name: 'split', type: 'text' },
  { name: 'problem', type: 'integer' },
  { name: 'occurrence', type: 'integer' },
  { name: 'round', type: 'integer' },
  { name: 'sample', type: 'integer' },
  { name: 'prompt', type: 'text' },
  { name: 'completion', type: 'text' },
  { name: 'stop_reason', type: 'text' },
  { name: 'reward', type: 'number' },
  { name: 'advantage', type: 'number' },
];
/** Of several tasks: which, and the row of its own dataset file. */
const TASK_COLUMNS: readonly Column[] = [
  { name: 'task', type: 'text' },
  { name: 'row', type: 'integer' },
];
const LIST_COLUMNS: readonly Column[] = [
  { name: 'tokens', type: 'integers' },
  { name: 'logprobs', type: 'floats' },
  { name: 'sampled_logprobs', type: 'floats' },
  { name: 'entropies', type: 'floats' },
  { name: 'token_ends', type: 'integers' },
];

function* metricRows(reader: RunReader, names: readonly string[]): Generator<TableRow> {
  for (const { step, metrics } of reader.metricRows(names)) yield { step, ...metrics };
}

function* completionRows(reader: RunReader): Generator<TableRow> {
  // A group's completions follow each other, so that one problem at a time is enough.
  let problem: { readonly split: string; readonly problem: number; readonly prompt: string | null } | undefined;
  for (const completion of reader.completions()) {
    const { split, key } = completion;
    if (problem?.split !== split || problem.problem !== key.problem) {
      problem = { split, problem: key.problem, prompt: reader.problem(split, key.problem)?.prompt ?? null };
    }
    const row = completionRow(completion, problem.prompt);
    const task = taskOfProblem(reader.manifest, key.problem);
    yield task === null ? row : { ...row, task, row: rowOfProblem(reader.manifest, key.problem) };
  }
}

function completionRow(completion: CompletionRecord, prompt: string | null): TableRow {
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
    else {
      row[`rewards/${name}`] = result.value;
      if (result.extracted !== undefined) row[`extracted/${name}`] = result.extracted;
    }
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
