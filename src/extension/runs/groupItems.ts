/** The rows of the Runs view that have runs under them: several seeds, and sweeps. */
import * as vscode from 'vscode';
import { LEAST_SEEDS } from '../../engine/analysis/compare/verdict.ts';
import type { ControlName } from '../../engine/protocol/experiment.ts';
import { percent, plural } from '../../engine/words/format.ts';
import { experimentName } from '../../engine/words/naming.ts';
import { assignedText, isMeasured, seedsStanding, type SeedsStanding } from './groupStanding.ts';
import type { GroupNode } from './runGroups.ts';
import type { ReadableRun } from './runNames.ts';

/**
 * @param runs its runs, newest first
 * @param underWay how many of them are
 */
export function groupItem(node: GroupNode, runs: readonly ReadableRun[], underWay: number): vscode.TreeItem {
  const item = node.kind === 'seeds' ? seedsItem(runs) : sweepItem(runs);
  item.id = node.id;
  item.collapsibleState =
    underWay > 0 ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
  item.contextValue = `${node.kind}.${underWay > 0 ? 'running' : 'resting'}`;
  const label = typeof item.label === 'string' ? item.label : '';
  item.accessibilityInformation = { label: [label, item.description].filter(Boolean).join(', ') };
  return item;
}

function seedsItem(runs: readonly ReadableRun[]): vscode.TreeItem {
  const standing = seedsStanding(runs);
  const [first] = runs;
  const what = first === undefined ? '' : variantText(first);
  const item = new vscode.TreeItem([what, plural(standing.seeds.length, 'seed')].filter(Boolean).join(' · '));
  item.description = seedsText(standing);
  item.iconPath = new vscode.ThemeIcon('layers');
  item.tooltip = seedsTooltip(standing, first);
  return item;
}

function seedsText({ seeds, measured, mean, spread }: SeedsStanding): string {
  const done = measured < seeds.length ? vscode.l10n.t('{0} of {1} measured', measured, seeds.length) : '';
  if (mean === null) return done;
  const result = vscode.l10n.t('{0} held out', mean);
  const doubt = spread === null ? vscode.l10n.t('too few seeds') : '';
  return [result, done, doubt].filter(Boolean).join(' · ');
}

function seedsTooltip({ seeds, measured, mean, spread }: SeedsStanding, run: ReadableRun | undefined): string {
  const name = run === undefined ? '' : (run.name ?? experimentName(run.experimentPath));
  const lines = [vscode.l10n.t('{0}: runs that differ in their seed alone ({1})', name, seeds.join(', '))];
  if (mean !== null)
    lines.push(
      vscode.l10n.t('Held-out accuracy {0} on average over {1} at the end of training', mean, plural(measured, 'seed')),
    );
  if (spread !== null)
    lines.push(
      vscode.l10n.t(
        'From {0} to {1}; the interval holds the mean of other seeds with 95 %',
        percent(spread.lowest),
        percent(spread.highest),
      ),
    );
  else if (mean !== null) lines.push(vscode.l10n.t('Too few seeds to speak of the recipe, it takes {0}', LEAST_SEEDS));
  return lines.join('\n');
}

/** What makes a run another than its experiment as written: what a sweep set, or that it is a control. Empty where nothing does. */
export function variantText(run: ReadableRun): string {
  return [assignedText(run), controlText(run.control)].filter(Boolean).join(', ');
}

function controlText(control: ControlName | null): string {
  switch (control) {
    case null:
      return '';
    case 'random-reward':
      return vscode.l10n.t('random reward');
    case 'no-training':
      return vscode.l10n.t('no training');
  }
}

function sweepItem(runs: readonly ReadableRun[]): vscode.TreeItem {
  const sweep = runs[0]?.sweep ?? null;
  const item = new vscode.TreeItem(vscode.l10n.t('Sweep: {0}', sweep?.name ?? ''));
  const all = sweep?.members ?? runs.length;
  const members = new Set(runs.filter(isMeasured).map((run) => run.sweep?.member)).size;
  item.description =
    members < all ? vscode.l10n.t('{0} of {1} runs measured', members, all) : vscode.l10n.t('{0} runs', all);
  item.iconPath = new vscode.ThemeIcon('graph-scatter');
  const paths = new Set(runs.flatMap((run) => Object.keys(run.sweep?.assigned ?? {})));
  item.tooltip = vscode.l10n.t('Runs that vary {0}', [...paths].join(', '));
  return item;
}
