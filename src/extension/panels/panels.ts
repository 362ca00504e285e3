/** The panels, as the rest of the host opens them. */
import * as vscode from 'vscode';
import type { ToOutputs } from '../../engine/protocol/panels/outputs.ts';
import type { GroupName, GroupSelection } from '../../engine/protocol/panels/outputsRequests.ts';
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

  /** What the selected run wrote for a problem. */
  revealOutputs(group: GroupName): void {
    this.#outputs.open({ column: besideCode(), preserveFocus: true }).reveal(group);
  }

  /** The run of the Outputs tab that has the focus; null where none has. */
  activeOutputsRun(): string | null {
    return this.#outputs.active()?.runDir ?? null;
  }

  /** Compares these runs, any number of them. */
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

/** Opens Outputs with a run: in the tab that follows the selected one where that is it, else in one of the run's own. */
export function openOutputsOf(
  outputs: PanelHost<OutputsMessage, ToOutputs, OutputsSession>,
  runDir: string,
  selected: string | null,
): void {
  const pinned = runDir === selected ? {} : { pinnedRun: runDir };
  outputs.open({ column: besideCode(), preserveFocus: false, ...pinned });
}

/** Shows a group in the tab of Outputs that follows the selected run where that is its run, else in one of the run's own. */
export function revealGroupOf(
  outputs: PanelHost<OutputsMessage, ToOutputs, OutputsSession>,
  {
    runDir,
    group,
    following,
  }: { readonly runDir: string; readonly group: GroupName; readonly following: string | null },
): void {
  const pinned = runDir === following ? {} : { pinnedRun: runDir };
  outputs.open({ column: besideCode(), preserveFocus: true, ...pinned }).reveal(group);
}

/** Opens Outputs with some groups of a run: in the tab that follows the selected run where that is it, else in one of the run's own. */
export function openOutputsOn(
  outputs: PanelHost<OutputsMessage, ToOutputs, OutputsSession>,
  {
    runDir,
    groups,
    following,
  }: {
    readonly runDir: string;
    readonly groups: GroupSelection;
    /** The selected run. */
    readonly following: string | null;
  },
): Promise<void> {
  const pinned = runDir === following ? {} : { pinnedRun: runDir };
  outputs.open({ column: besideCode(), preserveFocus: false, ...pinned }).select(groups);
  return Promise.resolve();
}

/** Where code is open, the column beside it; an empty window is filled from the first. */
function besideCode(): vscode.ViewColumn {
  const code = vscode.window.activeTextEditor?.viewColumn;
  if (code === undefined) return vscode.ViewColumn.Active;
  return code === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
}
