/** The token of a cluster in a terminal, where Ray itself looks for it: https://docs.ray.io/en/latest/ray-security/token-auth.html */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../protocol/errors.ts';

/** null where there is none. @throws UserError where the environment names a file that cannot be read */
export function tokenOfTerminal(env: Readonly<Record<string, string | undefined>>): string | null {
  const direct = env['RAY_AUTH_TOKEN']?.trim() ?? '';
  if (direct !== '') return direct;
  const named = env['RAY_AUTH_TOKEN_PATH'] ?? '';
  const token = readToken(named === '' ? join(homedir(), '.ray', 'auth_token') : named);
  if (token === null && named !== '')
    throw new UserError(`RAY_AUTH_TOKEN_PATH names ${named}, which cannot be read. Mend it, or unset it.`);
  return token;
}

/** null where there is none. */
function readToken(file: string): string | null {
  try {
    const token = readFileSync(file, 'utf8').trim();
    return token === '' ? null : token;
  } catch {
    return null;
  }
}
