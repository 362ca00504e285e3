import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { activated, eventually, extension } from './extension.ts';

describe('activation', () => {
  it('comes by itself in a folder with an experiment', async () => {
    await eventually('activation', () => (extension().isActive ? true : undefined));
  });

  it('opens nothing', async () => {
    await activated();
    assert.deepEqual(
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)),
      [],
    );
  });

  it('has a view that can be opened', async () => {
    await vscode.commands.executeCommand('rlvr.runs.focus');
  });

  it('leaves ONNX Runtime to the engine', async () => {
    await activated();
    const { report } = process;
    const native: unknown = report.getReport();
    assert.doesNotMatch(JSON.stringify(native), /libonnxruntime|onnxruntime_binding/);
  });
});
