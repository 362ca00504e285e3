/** The extension under test, for the other files. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const ID = 'rlvr-ops.rlvr-ops';

/** Not activated by this. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(ID);
  assert.ok(found, `${ID} is there`);
  return found;
}

export async function activated(): Promise<void> {
  await extension().activate();
}

/** Waits for what VS Code does in its own time. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Waited in vain for ${what}.`);
}
