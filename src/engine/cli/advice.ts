/** Commands that a person can copy from the screen into a shell. */
import { isAbsolute, relative } from 'node:path';
import { quoted } from '../words/quoted.ts';
import type { CommandIO } from './command.ts';

/** A path as short as it can be said from `cwd`. */
export function shownPath(path: string, cwd: string): string {
  const local = relative(cwd, path);
  return local === '' || local.startsWith('..') || isAbsolute(local) ? path : local;
}

/** `rlvr <args>`, as the person who started this one would type it: inside a project the program is reached through npx. */
export function commandLine(args: readonly string[], { env }: Pick<CommandIO, 'env'>): string {
  const program = env['npm_execpath'] === undefined ? ['rlvr'] : ['npx', 'rlvr'];
  return [...program, ...args.map(quoted)].join(' ');
}
