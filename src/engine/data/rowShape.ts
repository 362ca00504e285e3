/**
 * The shapes in which others keep problems, and what the columns are called here: `question` or `prompt`, and `answer`. Columns are
 * added, never taken away, so that a reward still sees each by its own name.
 */
import { UserError } from '../protocol/errors.ts';
import { nearest } from '../protocol/nearest.ts';
import { describeRow, isColumns, type Columns, type DatasetRow } from './row.ts';

/** Where rows of such columns come from: GSM8K's files, TRL, verl, verifiers. */
export type RowShape = 'gsm8k' | 'trl' | 'verl' | 'verifiers';

interface Shape {
  readonly name: RowShape;
  readonly fits: (columns: Columns) => boolean;
  /** Columns to add where the row has none of that name. */
  readonly added?: (columns: Columns) => Columns;
}

/** The most particular first. */
const SHAPES: readonly Shape[] = [
  {
    name: 'verl',
    fits: ({ prompt, reward_model: model }) =>
      prompt !== undefined && isColumns(model) && Object.hasOwn(model, 'ground_truth'),
    added: ({ reward_model: model }) => (isColumns(model) ? { answer: model['ground_truth'] } : {}),
  },
  {
    name: 'verifiers',
    fits: (columns) =>
      (isText(columns['question']) || columns['prompt'] !== undefined) &&
      (columns['info'] !== undefined || isText(columns['task'])),
    added: ({ info }) => answerIn(info),
  },
  {
    name: 'gsm8k',
    fits: ({ question, answer }) => isText(question) && typeof answer === 'string' && /####\s*\S/.test(answer),
  },
  { name: 'trl', fits: ({ prompt }) => isText(prompt) || Array.isArray(prompt) },
];

/** The shape of a row; null where it is none of those, and the experiment says what is what. */
export function shapeOf(columns: Columns): RowShape | null {
  return SHAPES.find(({ fits }) => fits(columns))?.name ?? null;
}

/**
 * The row with the columns that its shape and the experiment add.
 * @param names `dataset.columns`: by the name to add, the column or a path into one (`reward_model.ground_truth`)
 * @throws UserError where a column is not there, or would take the place of another
 */
export function withColumns(row: DatasetRow, names: Readonly<Record<string, string>>): DatasetRow {
  const { columns } = row;
  const named = Object.entries(names).map(([name, path]) => [name, namedColumn(row, name, path)] as const);
  const shaped = SHAPES.find(({ fits }) => fits(columns))?.added?.(columns) ?? {};
  if (named.length === 0 && Object.keys(shaped).length === 0) return row;
  return { ...row, columns: { ...shaped, ...columns, ...Object.fromEntries(named) } };
}

/** As `withColumns`, for worked examples, which may have other columns: adds those that are missing and can be found. */
export function withMissingColumns(row: DatasetRow, names: Readonly<Record<string, string>>): DatasetRow {
  const { columns } = row;
  const missing = Object.entries(names).filter(
    ([name, path]) => !Object.hasOwn(columns, name) && valueAt(columns, path) !== undefined,
  );
  return withColumns(row, Object.fromEntries(missing));
}

function namedColumn(row: DatasetRow, name: string, path: string): unknown {
  const { columns } = row;
  const key = `dataset.columns.${name}`;
  if (name !== path && Object.hasOwn(columns, name))
    throw new UserError(
      `${describeRow(row)}: ${key} would hide the row's own column "${name}". Give "${path}" another name, and use that in dataset.prompt and in the rewards' options.`,
    );
  const value = valueAt(columns, path);
  if (value !== undefined) return value;
  const known = Object.keys(columns);
  const guess = nearest(path, known);
  throw new UserError(
    `${describeRow(row)}: ${key} names the column "${path}", and the row has ${known.length === 0 ? 'none' : known.join(', ')}.${guess === undefined ? '' : ` Did you mean "${guess}"?`}`,
  );
}

/** A column of that very name, or what lies inside of one. */
function valueAt(columns: Columns, path: string): unknown {
  if (Object.hasOwn(columns, path)) return columns[path];
  const dot = path.indexOf('.');
  const inner = dot < 0 ? undefined : columns[path.slice(0, dot)];
  return isColumns(inner) ? valueAt(inner, path.slice(dot + 1)) : undefined;
}

/** verifiers keeps what does not fit a text in `info`, as an object or as JSON. */
function answerIn(info: unknown): Columns {
  const object = typeof info === 'string' ? jsonOf(info) : info;
  const answer = isColumns(object) ? object['answer'] : undefined;
  return answer === undefined || answer === null ? {} : { answer };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
