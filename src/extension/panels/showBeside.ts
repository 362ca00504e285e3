/** Shows a text that a panel leads to, so that the panel stays as it is. */
import * as vscode from 'vscode';

/** In another column than the panel. @param selection what of the text to select, for which the document is opened first */
export async function showBeside(
  uri: vscode.Uri,
  selection: (document: vscode.TextDocument) => vscode.Range | Promise<vscode.Range>,
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const selected = await selection(document);
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: columnOf(uri) ?? besidePanel(),
    selection: selected,
  });
  editor.revealRange(selected, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Where the file is open already. */
function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString())
    ?.viewColumn;
}

function besidePanel(): vscode.ViewColumn {
  const panel = vscode.window.tabGroups.activeTabGroup.viewColumn;
  return panel === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
}
