#!/usr/bin/env node
/**
 * Stands in for the VS Code executable that `@vscode/test-electron` starts: takes its arguments, runs its suite inside the extension host of a
 * workbench, and exits with the suite's code. `RLVR_VSCODE=test/workbench/standIn.ts npm run test:desktop`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureEditor } from './install.ts';
import { EditorServer } from './server.ts';
import { Workbench } from './workbench.ts';

/** A suite that takes longer hangs. */
const SUITE_LIMIT_MS = 10 * 60_000;
/** What `timeout` exits with. */
const TIMED_OUT = 124;

const { values, positionals } = parseArgs({
  // Most of VS Code's arguments are about its own window, and mean nothing here.
  strict: false,
  allowPositionals: true,
  options: {
    version: { type: 'boolean' },
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
  },
});

const editor = ensureEditor();
if (values.version === true) {
  console.log(editor.vscodeVersion);
} else {
  const { extensionDevelopmentPath, extensionTestsPath } = values;
  if (typeof extensionDevelopmentPath !== 'string' || typeof extensionTestsPath !== 'string')
    throw new Error('--extensionDevelopmentPath and --extensionTestsPath are needed.');
  process.exitCode = await runSuite(path.resolve(extensionDevelopmentPath), path.resolve(extensionTestsPath));
}

async function runSuite(developmentPath: string, suitePath: string): Promise<number> {
  const temporary = mkdtempSync(path.join(tmpdir(), 'rlvr-stand-in-'));
  const server = await EditorServer.start({ editor, extension: { developmentPath } });
  let limit: NodeJS.Timeout | undefined;
  try {
    let exit: (code: number) => void = () => {};
    const ended = new Promise<number>((resolve) => (exit = resolve));
    limit = setTimeout(exit, SUITE_LIMIT_MS, TIMED_OUT);
    const workbench = await Workbench.open(server, {
      open: { folder: path.resolve(positionals[0] ?? temporary) },
      suite: { path: suitePath, onLog: print, onExit: exit },
    });
    const code = await ended;
    await workbench.close();
    return code;
  } finally {
    clearTimeout(limit);
    await server.stop();
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** VS Code's own lines begin with a bracket, `[Extension Host] ...`, or with a style for the browser's console. */
function print(_type: string, [first, ...rest]: readonly unknown[]): void {
  const text = String(first);
  if (!/^(\[|%c)/.test(text)) console.log(text, ...rest);
}
