/** What to say when the runtime refused something to a reward function, or did not find what the function looked for in a wrong place. */
import path from 'node:path';

/** By the scope that Node names. */
const NOT_ALLOWED: Readonly<Record<string, (resource: string) => string>> = {
  FileSystemRead: (file) =>
    `reading ${file || 'this'} is not allowed: a reward may read the files of its project and its own temporary folder. ` +
    'Keep what it needs in the project',
  FileSystemWrite: (file) =>
    `writing ${file || 'this'} is not allowed: a reward may write only into its own temporary folder, os.tmpdir(), ` +
    'which is gone when the process ends',
  ChildProcess: (program) =>
    `starting ${program || 'a program'} is not allowed in a reward. To run generated code, use runTests from 'rlvr'`,
  Addon: () => 'loading a native module is not allowed in a reward. Use a package written in JavaScript',
  WASI: () => 'WASI is not allowed in a reward. Plain WebAssembly is',
  Inspector: () => 'the inspector is not allowed in a reward. Use "Debug This Score" to debug one',
};

/**
 * The sentence for the user, or null where the error is another one. Reads nothing but the error's own properties, and throws where
 * one of them does.
 */
export function refusal(thrown: Error): string | null {
  const code = textOf(thrown, 'code');
  if (code === 'ERR_ACCESS_DENIED') {
    const scope = textOf(thrown, 'permission');
    const say = scope === null || !Object.hasOwn(NOT_ALLOWED, scope) ? undefined : NOT_ALLOWED[scope];
    return say?.(textOf(thrown, 'resource') ?? '') ?? `this is not allowed in a reward: ${thrown.message}`;
  }
  if (code === 'ERR_DLOPEN_DISABLED') return NOT_ALLOWED['Addon']?.('') ?? null;
  const file = textOf(thrown, 'path');
  if (code === 'ENOENT' && file !== null && !path.isAbsolute(file)) {
    const beside = `new URL(${JSON.stringify(`./${file.replace(/^\.[\\/]/, '')}`)}, import.meta.url)`;
    return `${thrown.message}. A reward works in an empty temporary folder; write ${beside} for a file that lies beside it`;
  }
  return null;
}

function textOf(thrown: Error, name: string): string | null {
  const value: unknown = Reflect.get(thrown, name);
  return typeof value === 'string' ? value : null;
}
