import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from './extension.ts';

async function open(name: string): Promise<vscode.TextDocument> {
  const [uri] = await vscode.workspace.findFiles(name);
  assert.ok(uri, name);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

describe('experiment files', () => {
  it('are JSON with comments', async () => {
    assert.equal((await open('demo.rlvr.json')).languageId, 'jsonc');
  });

  it('have what is wrong in them underlined', async () => {
    const { uri } = await open('mistaken.rlvr.json');
    const mistake = await eventually('a diagnostic', () =>
      vscode.languages.getDiagnostics(uri).find(({ message }) => message.includes('polcy')),
    );
    assert.equal(mistake.range.start.line, 2);
  });

  it('have their keys explained', async () => {
    const document = await open('demo.rlvr.json');
    const position = document.positionAt(document.getText().indexOf('"model"') + 2);
    const text = await eventually('an explanation', async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        position,
      );
      const contents = hovers.flatMap((hover) => hover.contents);
      const texts = contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : ''));
      return texts.join('') || undefined;
    });
    assert.match(text, /model/i);
  });

  it('are shown without a mistake where there is none', async () => {
    // The mistaken one has been judged, so the schema is loaded.
    const { uri } = await open('demo.rlvr.json');
    assert.deepEqual(vscode.languages.getDiagnostics(uri), []);
  });
});
