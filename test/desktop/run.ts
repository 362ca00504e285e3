/**
 * Runs the suite of `suite/` inside the extension host of a VS Code: `npm run test:desktop`. A desktop VS Code is downloaded, the one that
 * `engines.vscode` names, unless `RLVR_VSCODE` is an executable to use; `test/workbench/standIn.ts` is one for machines that can download none.
 */
import { cpSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };

const repository = path.resolve(import.meta.dirname, '../..');
const outdir = path.join(repository, 'dist-test');

/** VS Code loads a suite by `require`, and has no use for TypeScript. */
async function buildSuite(): Promise<string> {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: repository,
    entryPoints: globSync('test/desktop/suite/*.ts', { cwd: repository }),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
  });
  return path.join(outdir, 'index.cjs');
}

/** A folder as a user has it: the demo's files, and an experiment with a mistake in it. */
function makeWorkspace(folder: string): void {
  cpSync(path.join(repository, 'examples/demo'), folder, { recursive: true });
  writeFileSync(path.join(folder, 'mistaken.rlvr.json'), '{\n  // A comment is none.\n  "polcy": "builtin:demo",\n}\n');
}

const workspace = mkdtempSync(path.join(tmpdir(), 'rlvr-desktop-'));
try {
  makeWorkspace(workspace);
  const executable = process.env['RLVR_VSCODE'];
  await runTests({
    extensionDevelopmentPath: repository,
    extensionTestsPath: await buildSuite(),
    launchArgs: [workspace, '--disable-extensions'],
    ...(executable === undefined
      ? { version: manifest.engines.vscode.replace('^', '') }
      : { vscodeExecutablePath: path.resolve(executable) }),
  });
} catch (error) {
  // What failed has been printed.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
