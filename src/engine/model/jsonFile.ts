/** JSON files of model folders. They come from elsewhere: size and form are checked, and errors name the file. */
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../protocol/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Far above any configuration or shard index; the largest index in use has a few MB. */
const MAX_CONFIG_BYTES = 64 * 2 ** 20;

/** Whether an error of node:fs says that the file is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a file that holds one JSON object.
 *
 * @param maxBytes refused above
 * @throws UserError when it is too large, not JSON or not an object
 * @throws the error of node:fs when it cannot be read (see `isMissing`)
 */
export async function readJsonObject(path: string, maxBytes = MAX_CONFIG_BYTES): Promise<JsonObject> {
  const { size } = await stat(path);
  if (size > maxBytes)
    throw new UserError(`${path} has ${size} bytes; the limit is ${maxBytes}. It is not what its name says.`);
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (!isJsonObject(value)) throw new UserError(`${path} must hold one JSON object.`);
  return value;
}

/** The same, and null where there is no such file. */
export async function readOptionalJsonObject(path: string, maxBytes = MAX_CONFIG_BYTES): Promise<JsonObject | null> {
  try {
    return await readJsonObject(path, maxBytes);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
