/** The panels, as the rest of the host opens them. */
import * as vscode from 'vscode';
import type { GroupName, ToOutputs } from '../../engine/protocol/panels/outputs.ts';
import type { ComparePanel } from './compare.ts';
import type { OutputsMessage, OutputsSession } from './outputsSession.ts';
import type { PanelHost } from './panelHost.ts';

/** A panel that shows a run, whatever it says to its script. */
type RunPanel = Pick<PanelHost<never, never>, 'open' | 'setPinned' | 'refill'>;

export class Panels {
  readonly #dashboard: RunPanel;
  readonly #outputs: PanelHost<OutputsMessage, ToOutputs, OutputsSession>;
  readonly #compare: ComparePanel;

  constructor(
    dashboard: RunPanel,
    outputs: PanelHost<OutputsMessage, ToOutputs, OutputsSession>,
    compare: ComparePanel,
  ) {
    this.#dashboard = dashboard;
    this.#outputs = outputs;
    this.#compare = compare;
  }

  /** Beside the code, and without taking the keyboard from it. */
  openDashboard(): void {
    this.#dashboard.open({ column: besideCode(), preserveFocus: true });
  }

  /** What the selected run wrote. */
  openOutputs(): void {
    this.#outputs.open({ column: besideCode(), preserveFocus: false });
  }

  /** Compares these runs with the oldest of them. */
  openCompare(runDirs: readonly string[]): void {
    this.#compare.open(runDirs);
  }

  /** A run is called by another name: those that show it say so. */
  renamed(runDir: string): void {
    this.#dashboard.refill(runDir);
    this.#outputs.refill(runDir);
  }

  /** Keeps the active panel at the run it shows, or lets it follow the selected one again. */
  setPinned(pinned: boolean): void {
    this.#dashboard.setPinned(pinned);
    this.#outputs.setPinned(pinned);
  }
}

/** Opens Outputs at a problem, in a tab that stays with its run. */
export function openOutputsAt(
  outputs: PanelHost<OutputsMessage, ToOutputs, OutputsSession>,
  { runDir, group, column }: { readonly runDir: string; readonly group: GroupName; readonly column: vscode.ViewColumn },
): void {
  outputs.open({ column, preserveFocus: true, pinnedRun: runDir }).reveal(group);
}

/** Where code is open, the column beside it; an empty window is filled from the first. */
function besideCode(): vscode.ViewColumn {
  const code = vscode.window.activeTextEditor?.viewColumn;
  if (code === undefined) return vscode.ViewColumn.Active;
  return code === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
}
