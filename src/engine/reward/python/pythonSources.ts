/** Reads the modules of a project that a reward file in Python is made of. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import { pythonImports, type PythonImport } from './pythonImports.ts';

/**
 * The entry and, by its imports, the modules and packages that lie beside it, theirs, and so on: contents by absolute path, the entry
 * first. What is installed is left out, and so is what is imported in another way than by an `import` statement.
 * @param unsaved texts that stand for files on the disk
 * @throws UserError where the entry is not there, or a file is not UTF-8
 */
export async function readPythonSources(
  entry: string,
  unsaved: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  const root = path.dirname(entry);
  const read = async (file: string): Promise<void> => {
    if (sources.has(file)) return;
    const text = unsaved.get(file) ?? (await textOf(file));
    if (text === null) return;
    sources.set(file, text);
    for (const one of pythonImports(text)) for (const found of candidates(one, file, root)) await read(found);
  };
  await read(entry);
  if (sources.size === 0)
    throw new UserError(
      `There is no reward file ${entry}. Correct "file" of the reward; it is relative to the experiment.`,
    );
  return sources;
}

/** Files that an import may mean, with those of the packages on the way to it. */
function candidates({ level, module, names }: PythonImport, file: string, root: string): string[] {
  const from = level === 0 ? root : path.resolve(path.dirname(file), ...Array<string>(level - 1).fill('..'));
  const parts = module.map((_, index) => path.join(from, ...module.slice(0, index + 1)));
  const within = names.map((name) => path.join(from, ...module, name));
  return [...(level === 0 ? [] : [from]), ...parts, ...within].flatMap((each) => [
    `${each}.py`,
    path.join(each, '__init__.py'),
  ]);
}

/** null where there is no such file. */
async function textOf(file: string): Promise<string | null> {
  const stats = await fs.stat(file).catch(() => null);
  if (stats?.isFile() !== true) return null;
  const contents = await fs.readFile(file);
  try {
    // With a byte order mark, so that the text is that of the file to the last byte.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(contents);
  } catch {
    throw new UserError(`${file} is not UTF-8. Save it with that encoding.`);
  }
}
