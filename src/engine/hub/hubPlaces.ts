/** Where the hub is and where its files are kept, by the environment variables of Hugging Face's own tools. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { UserError } from '../protocol/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface HubPlaces {
  /** The folder of downloaded repositories, shared with Python's tools. */
  readonly cacheDir: string;
  /** The hub or a mirror of it, without a slash at its end. */
  readonly endpoint: string;
  /** Whether nothing is to be fetched, by `isOffline`. */
  readonly offline: boolean;
}

const HUB = 'https://huggingface.co';
const OFF: readonly string[] = ['', '0', 'false', 'no', 'off'];

/** @throws UserError where `HF_ENDPOINT` is no address, or a folder is named by a relative path */
export function hubPlaces(env: Environment): HubPlaces {
  const endpoint = (given(env, 'HF_ENDPOINT') ?? HUB).replace(/\/+$/, '');
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    throw new UserError(`HF_ENDPOINT is "${endpoint}", which is no address of a hub. Write https://..., or unset it.`);
  return {
    cacheDir: place(env, 'HF_HUB_CACHE') ?? place(env, 'HUGGINGFACE_HUB_CACHE') ?? path.join(hubHome(env), 'hub'),
    endpoint,
    offline: isOffline(env),
  };
}

/** Whether the person wants nothing fetched, from a hub or elsewhere (`HF_HUB_OFFLINE`). */
export function isOffline(env: Environment): boolean {
  return !OFF.includes((env['HF_HUB_OFFLINE'] ?? '').toLowerCase());
}

/**
 * The person's token: `HF_TOKEN`, or what `hf auth login` has stored; null where there is none. Only a terminal asks for it so: an
 * editor keeps it among its secrets.
 */
export async function tokenOfTerminal(env: Environment): Promise<string | null> {
  const named = given(env, 'HF_TOKEN')?.trim();
  if (named !== undefined && named !== '') return named;
  const file = place(env, 'HF_TOKEN_PATH') ?? path.join(hubHome(env), 'token');
  const stored = await readFile(file, 'utf8').catch(() => '');
  return stored.trim() === '' ? null : stored.trim();
}

function hubHome(env: Environment): string {
  const own = place(env, 'HF_HOME');
  if (own !== undefined) return own;
  const cache = env['XDG_CACHE_HOME'] ?? '';
  // As the XDG Base Directory Specification has it, a relative one is ignored.
  return path.join(path.isAbsolute(cache) ? cache : path.join(homedir(), '.cache'), 'huggingface');
}

/** A folder or file; what a relative path means would depend on the folder that one happens to be in. @throws UserError for one */
function place(env: Environment, name: string): string | undefined {
  const value = given(env, name);
  if (value !== undefined && !path.isAbsolute(value))
    throw new UserError(`${name} is "${value}", a relative path. Write an absolute one, or unset it.`);
  return value;
}

/** An empty variable is as good as none. */
function given(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}
