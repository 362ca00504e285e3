/** Places of the engine as the editor has them. Both count lines and UTF-16 columns from 0. */
import * as vscode from 'vscode';
import type { Place } from '../../engine/protocol/scoring.ts';

export function rangeOf({ line, column, endLine, endColumn }: Place): vscode.Range {
  return new vscode.Range(line, column, endLine, endColumn);
}
