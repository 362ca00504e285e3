/** Looks at this machine from both sides, the editor's and the engine's. */
import * as vscode from 'vscode';
import type { MachineCheck } from '../../engine/protocol/link.ts';
import { hasAgentTools } from '../agents/available.ts';
import type { RunData } from '../data/runData.ts';
import { engineChecks, hostChecks, readingCheck, storageCheck, type HostFacts } from './hostChecks.ts';
import { machineReport } from './machineReport.ts';

export interface CheckMachineOptions {
  readonly data: Pick<RunData, 'call'>;
  /** What the engine finds: starts one where none runs. */
  readonly check: () => Promise<readonly MachineCheck[]>;
  /** Where the extension keeps what engines need. */
  readonly storage: vscode.Uri;
  readonly version: string;
}

/** Checks, with progress in the status bar, and resolves with the text of the report. */
export async function checkMachine({ data, check, storage, version }: CheckMachineOptions): Promise<string> {
  const [reading, stored, engine] = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Checking this machine') },
    () =>
      Promise.all([
        readingCheck(() => data.call('sqliteSupport', {})),
        storageCheck(storage.fsPath),
        engineChecks(vscode.workspace.isTrusted ? check : null),
      ]),
  );
  return machineReport({
    version,
    when: new Date().toISOString(),
    host: [...hostChecks(hostFacts()), reading, stored],
    engine,
  });
}

function hostFacts(): HostFacts {
  const node = vscode.workspace.getConfiguration('rlvr').get<unknown>('engine.node');
  return {
    editor: `${vscode.env.appName} ${vscode.version}`,
    surface: vscode.env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop',
    remoteName: vscode.env.remoteName ?? null,
    platform: `${process.platform}-${process.arch}`,
    nodeVersion: process.versions.node,
    electronVersion: process.versions['electron'] ?? null,
    trusted: vscode.workspace.isTrusted,
    agentTools: hasAgentTools(),
    engineNode: typeof node === 'string' && node !== '' ? node : null,
  };
}
