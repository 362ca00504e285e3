/** Clusters without Ray, for tests: `plainDriver.ts` is their driver. Not on Windows, where a script is no program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preferPython } from '../../src/engine/process/python.ts';

export const skip: string | false = process.platform === 'win32' && 'needs a script that is a program';

/** From now on this process finds a "Python with Ray" that runs the plain driver, whatever it is told to run. */
export function usePlainDriver(): void {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-plain-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const python = join(folder, 'python');
  const driver = join(import.meta.dirname, 'plainDriver.ts');
  const script = [
    '#!/bin/sh',
    'case "$*" in',
    `  *sys.executable*) echo '${python}'; echo 3.11.0 ;;`,
    '  *importlib.metadata*) echo 2.0.0 ;;',
    `  *) exec '${process.execPath}' --disable-warning=ExperimentalWarning '${driver}' ;;`,
    'esac',
  ];
  writeFileSync(python, `${script.join('\n')}\n`, { mode: 0o755 });
  preferPython(python);
}
