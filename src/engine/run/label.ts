/** `label.json`: the name and the star a person gives a run. The one file that the editor writes into a run folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import { writeFileWhole } from './durable.ts';

const LABEL_FILE = 'label.json';
/** A line in a list. */
const MAX_NAME_LENGTH = 200;

export interface RunLabel {
  /** null where the person gave none. */
  readonly name: string | null;
  readonly starred: boolean;
}

const NONE: RunLabel = { name: null, starred: false };

/** The label of a run; none where there is no such file, or it says nothing that can be used. */
export function readLabel(runDir: string): RunLabel {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(runDir, LABEL_FILE), 'utf8'));
  } catch {
    return NONE;
  }
  if (typeof value !== 'object' || value === null) return NONE;
  const name = 'name' in value && typeof value.name === 'string' ? value.name.trim().slice(0, MAX_NAME_LENGTH) : '';
  return { name: name === '' ? null : name, starred: 'starred' in value && value.starred === true };
}

/** @throws UserError where the folder cannot be written: a colleague's, say */
export function writeLabel(runDir: string, label: RunLabel): void {
  try {
    writeFileWhole(join(runDir, LABEL_FILE), (append) => append(`${JSON.stringify(label)}\n`));
  } catch (error) {
    throw new UserError(`The run cannot be labelled: ${error instanceof Error ? error.message : String(error)}`);
  }
}
