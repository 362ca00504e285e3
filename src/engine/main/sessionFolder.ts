/** The engine's own folder: what the host has put there, and what the engine leaves there for it. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import {
  END_FILE,
  ENDPOINT_FILE,
  LAUNCH_FILE,
  launchSchema,
  type End,
  type Endpoint,
  type Launch,
} from '../protocol/link.ts';
import { schemaWords } from '../protocol/schemaWords.ts';
import { writeFileWhole } from '../run/durable.ts';
import { requirePrivate } from './ownFolder.ts';

/**
 * What the engine is to do. What an engine started earlier in this folder has left is removed.
 * @throws UserError where the folder or the file is open to other users, or the file is not what it should be
 */
export function openSessionFolder(dir: string): Launch {
  const path = join(dir, LAUNCH_FILE);
  requirePrivate(dir);
  requirePrivate(path);
  const launch = launchSchema.safeParse(readJson(path));
  if (!launch.success)
    throw new UserError(`${path} is not what an engine is started with: ${schemaWords(launch.error)}`);
  for (const file of [ENDPOINT_FILE, END_FILE]) rmSync(join(dir, file), { force: true });
  return launch.data;
}

/** undefined where it is no JSON, which no launch is. */
function readJson(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Says where the engine listens. */
export function writeEndpoint(dir: string, endpoint: Endpoint): void {
  writeWhole(join(dir, ENDPOINT_FILE), endpoint);
}

/** Says how the engine ended. */
export function writeEnd(dir: string, end: End): void {
  writeWhole(join(dir, END_FILE), end);
}

function writeWhole(path: string, value: object): void {
  writeFileWhole(path, (append) => append(`${JSON.stringify(value)}\n`));
}
