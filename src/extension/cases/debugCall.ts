/** "Debug This Score": a debugger stops in the reward function on exactly one input. */
import { rmSync } from 'node:fs';
import { extname } from 'node:path';
import * as vscode from 'vscode';
import { asksJudge, type DebuggedCall } from '../../engine/protocol/debugScore.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { isCodePath } from '../common/codePath.ts';
import { isSamePath } from '../common/samePath.ts';
import type { RunData } from '../data/runData.ts';
import type { NodeRuntime } from '../engine/nodeRuntime.ts';
import { isInside, rootOf } from '../runs/roots.ts';
import { requireTrust } from '../training/startTraining.ts';
import { breakpointPlace } from './breakpointPlace.ts';
import { prepareDebugging } from './debuggedCall.ts';

export interface DebugNeeds {
  readonly data: RunData;
  /** The Node that runs engines. Rejects with UserError where there is none. */
  readonly runtime: () => Promise<NodeRuntime>;
  /** The workspace's folders, absolute. */
  readonly folders: () => readonly string[];
}

/** Resolves when the debugger has begun. @param runDir the run that the completion is of; null for none @throws UserError where it cannot */
export async function debugCall(
  { data, runtime, folders }: DebugNeeds,
  call: DebuggedCall,
  runDir: string | null,
): Promise<void> {
  requireTrust();
  if (extname(call.file) === '.py')
    throw new UserError(vscode.l10n.t('Only rewards in TypeScript and JavaScript can be debugged from here.'));
  await saveCode(rootOf(call.file, folders()));
  const uri = vscode.Uri.file(call.file);
  const { configuration, folder } = await prepareDebugging(call, await runtime(), runDir);
  if (asksJudge(call)) tellOfJudge(call.function);
  const ended = vscode.debug.onDidTerminateDebugSession(({ configuration: own }) => {
    if (own.name === configuration.name && JSON.stringify(own['args']) === JSON.stringify(configuration.args)) clean();
  });
  const clean = (): void => {
    ended.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ensureBreakpoint(data, uri, call.function);
    if (await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), { ...configuration })) return;
    throw new UserError(vscode.l10n.t('The debugger could not be started. Is JavaScript debugging switched off?'));
  } catch (error) {
    clean();
    throw error;
  }
}

/** Said before the debugger starts, and not waited for: whoever knows it goes on. */
function tellOfJudge(name: string): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      '{0} asks a judge. What the judge replied in the run is used again; a new question is asked without your key, which only the engine has.',
      name,
    ),
  );
}

/** Breakpoints are in lines of what is on the screen, and what is run is on the disk. */
async function saveCode(root: string): Promise<void> {
  const edited = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && uri.scheme === 'file' && isCodePath(uri.fsPath) && isInside(uri.fsPath, root),
  );
  for (const document of edited)
    if (!(await document.save()))
      throw new UserError(vscode.l10n.t('{0} could not be saved, so it was not debugged.', document.uri.fsPath));
}

/** Whoever has set breakpoints in the file knows where to stop. */
async function ensureBreakpoint(data: RunData, uri: vscode.Uri, name: string): Promise<void> {
  const isThere = vscode.debug.breakpoints.some(
    (breakpoint) =>
      breakpoint instanceof vscode.SourceBreakpoint &&
      breakpoint.enabled &&
      isSamePath(breakpoint.location.uri.fsPath, uri.fsPath),
  );
  if (isThere) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const text = document.getText().replaceAll('\r\n', '\n');
  const functions = await data.call('rewardFunctions', { path: uri.fsPath, text, named: [name] });
  const found = functions.find((candidate) => candidate.name === name);
  // Declared in a file that this one exports from: the person has to set one there.
  if (found === undefined) return;
  const { line, column } = breakpointPlace(text, found.bodyPlace);
  vscode.debug.addBreakpoints([
    new vscode.SourceBreakpoint(new vscode.Location(uri, new vscode.Position(line, column))),
  ]);
}
