/** JSON files of model folders. They come from elsewhere: size and form are checked, and errors name the file. */
import { UserError } from '../protocol/errors.ts';
import { checkJsonBounds } from './jsonBounds.ts';
import { isMissing, readSmallFile } from './regularFile.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonFileLimits {
  readonly bytes: number;
  /** In all of it, however they are nested. */
  readonly values: number;
}

/** Far above any configuration or shard index; the largest index in use has a few MB, and names a hundred thousand tensors. */
const CONFIG_LIMITS: JsonFileLimits = { bytes: 64 * 2 ** 20, values: 1_000_000 };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a file that holds one JSON object.
 *
 * @param limits refused above
 * @throws UserError when it is too large, nested too deep, not JSON or not an object, and when it is no file that can be read
 * @throws the error of node:fs when it is not there (see `isMissing`)
 */
export async function readJsonObject(path: string, limits = CONFIG_LIMITS): Promise<JsonObject> {
  const bytes = await readSmallFile(path, limits.bytes);
  let value: unknown;
  try {
    checkJsonBounds(bytes, limits.values);
    value = JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new UserError(`${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (!isJsonObject(value)) throw new UserError(`${path} must hold one JSON object.`);
  return value;
}

/** The same, and null where there is no such file. */
export async function readOptionalJsonObject(path: string, limits = CONFIG_LIMITS): Promise<JsonObject | null> {
  try {
    return await readJsonObject(path, limits);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
