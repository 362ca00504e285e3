import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { activated } from './extension.ts';

describe('Check This Machine', () => {
  it('opens a document that says that training works, and why', async () => {
    await activated();
    await vscode.commands.executeCommand('rlvr.checkMachine');
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.equal(document.languageId, 'markdown');
    const text = document.getText();
    assert.match(text, /^# This machine\n\nTraining works here\./);
    for (const name of ['extension host', 'reading runs', 'storage', 'engine', 'ONNX Runtime', 'CPU', 'grader'])
      assert.match(text, new RegExp(`^- ${name}: `, 'm'));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
