/** Zod's issues about a file that a person writes, in words that say what to write instead. */
import type { z } from 'zod';
import type { EntryPath } from './jsonSource.ts';
import { nearest } from './nearest.ts';

/** One thing that is wrong with a file. */
export interface Problem {
  readonly path: EntryPath;
  /** Names the entry and says what to do. */
  readonly message: string;
}

/** What the entries of a kind of file are called. */
export interface FileWords {
  /** The path of an entry as messages write it. */
  readonly printPath: (path: EntryPath) => string;
  /** What is wrong with a key that is not known in the section at `path`. */
  readonly unknownKey: (path: EntryPath, key: string) => string;
}

type Issue = z.core.$ZodIssue;

/** Longer values are cut in messages. */
const MAX_VALUE_LENGTH = 60;

const typeNames: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'a number',
  string: 'text in quotes',
  boolean: 'true or false',
  object: 'an object in braces',
  record: 'an object in braces',
  array: 'a list in brackets',
};

/** The problems of `input` that `issues` found. */
export function problemsOf(issues: readonly Issue[], input: unknown, words: FileWords): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, { input, words, base: [] }));
}

interface Asked {
  readonly input: unknown;
  readonly words: FileWords;
  /** Where in `input` the issue's own path begins: branches of a union count from the union. */
  readonly base: EntryPath;
}

function problemsOfIssue(issue: Issue, { input, words, base }: Asked): Problem[] {
  const { printPath, unknownKey } = words;
  const path = [...base, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(path, key) }));
  }
  const value = valueAt(input, path);
  if (value === undefined) return [{ path, message: `${printPath(path)}: is required; it must be ${expected(issue)}` }];
  if (issue.code === 'invalid_union') {
    const branch = matchingBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => problemsOfIssue(inner, { input, words, base: path }));
  }
  return [
    { path, message: `${printPath(path)}: must be ${expected(issue)}, not ${print(value)}${enumHint(issue, value)}` },
  ];
}

/** The alternative of a union that the value is meant to be: the one whose complaint is about its contents and not its kind. */
function matchingBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) =>
    issues.every(({ code, path }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value')),
  );
}

/** What the schema asks for, to be read after "must be". */
function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? print(issue.values[0]) : `one of ${issue.values.map(print).join(', ')}`;
    case 'too_small':
      return bound(issue.inclusive === false ? 'more than' : 'at least', issue.minimum, issue.origin);
    case 'too_big':
      return bound(issue.inclusive === false ? 'less than' : 'at most', issue.maximum, issue.origin);
    case 'invalid_union':
      return [...new Set(issue.errors.flatMap((branch) => branch.slice(0, 1).map(expected)))].join(' or ');
    default:
      return issue.message;
  }
}

function bound(words: string, limit: number | bigint, origin: string): string {
  if (origin === 'array') return `a list of ${words} ${limit}`;
  if (origin === 'string') return `text of ${words} ${limit} characters`;
  return `${words} ${limit}`;
}

function enumHint(issue: Issue, value: unknown): string {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return '';
  const near = nearest(
    value,
    issue.values.filter((name) => typeof name === 'string'),
  );
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function print(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}...` : text;
}

function valueAt(input: unknown, path: EntryPath): unknown {
  return path.reduce<unknown>((container, key) => {
    if (typeof container !== 'object' || container === null) return undefined;
    return Object.entries(container).find(([name]) => name === String(key))?.[1];
  }, input);
}
