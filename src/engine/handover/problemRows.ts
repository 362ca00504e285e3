/** Problems as rows of Parquet, in the shape that TRL or verl reads. */
import type { Problem } from '../data/problems.ts';
import {
  booleanColumn,
  integerColumn,
  listColumn,
  numberColumn,
  structColumn,
  textColumn,
  type ParquetCell,
  type ParquetColumn,
  type ParquetRow,
} from '../run/table/parquet.ts';

export interface WrittenProblem {
  readonly problem: Problem;
  /** The prompt as the other trainer is given it. */
  readonly text: string;
  /** How often it stands in the data before: of several tasks some are repeated, by weight. */
  readonly copy: number;
}

export interface ParquetTable {
  readonly columns: readonly ParquetColumn[];
  readonly rows: Iterable<ParquetRow>;
}

/** What our rewards are given beside the completion, as `rlvr_rewards.py` reads it: the row as JSON, whatever types it has. */
const OWN_COLUMNS = [textColumn('rlvr_row'), textColumn('rlvr_prompt'), integerColumn('rlvr_problem')];

/** Which of several tasks, and which copy of the problem; of one dataset there are no such columns. */
function taskColumns(problems: readonly WrittenProblem[]): ParquetColumn[] {
  const several = problems.some(({ problem }) => problem.task !== null);
  return several ? [textColumn('rlvr_task'), integerColumn('rlvr_copy')] : [];
}

function ownCells({ problem, copy }: WrittenProblem): Readonly<Record<string, ParquetCell>> {
  const { task, fileRow, row, prompt } = problem;
  const own = { rlvr_row: JSON.stringify(row), rlvr_prompt: prompt, rlvr_problem: fileRow };
  return task === null ? own : { ...own, rlvr_task: task, rlvr_copy: copy };
}

/** Arguments that TRL gives a reward function itself, and what its trainer takes for something else. */
const RESERVED = new Set([
  ...['prompt', 'prompts', 'completion', 'completions', 'completion_ids', 'trainer_state', 'log_extra', 'log_metric'],
  ...['image', 'images', 'tools', 'environments', 'rlvr_row', 'rlvr_prompt', 'rlvr_problem'],
  ...['rlvr_task', 'rlvr_copy'],
]);

/** TRL: `prompt`, and the columns of the row that are of one plain type throughout. */
export function trlTable(problems: readonly WrittenProblem[]): ParquetTable {
  const plain = plainColumns(problems);
  return {
    columns: [textColumn('prompt'), ...OWN_COLUMNS, ...taskColumns(problems), ...plain.values()],
    rows: problems.map((written) => ({
      ...Object.fromEntries([...plain.keys()].map((name) => [name, plainCell(written.problem.row[name])])),
      ...ownCells(written),
      prompt: written.text,
    })),
  };
}

function plainColumns(problems: readonly WrittenProblem[]): ReadonlyMap<string, ParquetColumn> {
  const types = new Map<string, string>();
  for (const { problem } of problems) {
    for (const [name, value] of Object.entries(problem.row)) {
      if (value === null || value === undefined || RESERVED.has(name)) continue;
      const type = typeof value;
      types.set(name, (types.get(name) ?? type) === type ? type : 'mixed');
    }
  }
  return new Map(
    [...types].flatMap(([name, type]): [string, ParquetColumn][] => {
      const make = PLAIN_COLUMNS.get(type);
      return make === undefined ? [] : [[name, make(name)]];
    }),
  );
}

const PLAIN_COLUMNS: ReadonlyMap<string, (name: string) => ParquetColumn> = new Map([
  ['string', textColumn],
  ['number', numberColumn],
  ['boolean', booleanColumn],
]);

function plainCell(value: unknown): ParquetCell {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function verlColumns(problems: readonly WrittenProblem[]): ParquetColumn[] {
  return [
    textColumn('data_source'),
    listColumn('prompt', (name) => structColumn(name, [textColumn('role'), textColumn('content')])),
    textColumn('ability'),
    structColumn('reward_model', [textColumn('style'), textColumn('ground_truth')]),
    structColumn('extra_info', [
      ...[textColumn('split'), integerColumn('index'), ...OWN_COLUMNS],
      ...taskColumns(problems),
    ]),
  ];
}

/**
 * verl: the prompt as one message, which the template of `run.sh` gives back as it is. By `data_source` it reports results apart, so that
 * of several tasks it is the name.
 * @param source where there is one task, and the row has no `data_source`
 */
export function verlTable(problems: readonly WrittenProblem[], source: string): ParquetTable {
  return {
    columns: verlColumns(problems),
    rows: problems.map((written) => {
      const { task, row, split, fileRow } = written.problem;
      const { data_source: ownSource, ability } = row;
      return {
        data_source: task ?? (typeof ownSource === 'string' ? ownSource : source),
        prompt: [{ role: 'user', content: written.text }],
        ability: typeof ability === 'string' ? ability : 'reasoning',
        reward_model: { style: 'rule', ground_truth: groundTruth(row) },
        extra_info: { split, index: fileRow, ...ownCells(written) },
      };
    }),
  };
}

/** As rewards with verl's parameters are given it in our own runs, as text; empty where a row has none. */
function groundTruth(row: Readonly<Record<string, unknown>>): string {
  const { reward_model: model, ground_truth: own, answer } = row;
  const nested =
    typeof model === 'object' && model !== null && 'ground_truth' in model ? model.ground_truth : undefined;
  const value = own ?? nested ?? answer ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
