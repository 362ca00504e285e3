/** How a run stands, what an engine works on, and what it is doing, in a word or two. */
import * as vscode from 'vscode';
import type { RunSummary } from '../../engine/run/runs.ts';
import type { EngineHandle, PhaseEvent } from '../engine/engineHandle.ts';
import { fullName } from './runNames.ts';
import type { RunStore } from './runStore.ts';

/** As it is in its folder, whatever an engine is about to do with it. */
export function statusWord({ status, crashed }: RunSummary): string {
  if (crashed) return vscode.l10n.t('ended unexpectedly');
  switch (status) {
    case 'running':
      return vscode.l10n.t('running');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'finished':
      return vscode.l10n.t('finished');
    case 'failed':
      return vscode.l10n.t('failed');
  }
}

/** The work of an engine without a run in the list. */
export function engineTitle({ job }: Pick<EngineHandle, 'job'>, store: Pick<RunStore, 'get'>): string {
  if (job.kind !== 'evaluate') return vscode.l10n.t('New run');
  const run = store.get(job.path);
  return run === undefined ? vscode.l10n.t('Evaluation') : vscode.l10n.t('Evaluation of {0}', fullName(run));
}

export function stateText(handle: EngineHandle | null): string {
  switch (handle?.state.state) {
    case 'queued':
      return vscode.l10n.t('waiting for a free core');
    case 'paused':
      return handle.state.onBattery === true ? vscode.l10n.t('paused, on battery') : vscode.l10n.t('paused');
    case 'stopping':
      return vscode.l10n.t('stopping');
    case 'working':
      return phaseText(handle.phase);
    case 'lost':
      return vscode.l10n.t('not answering');
    case 'starting':
    case 'ended':
    case undefined:
      return vscode.l10n.t('starting');
  }
}

function phaseText(phase: PhaseEvent | null): string {
  switch (phase?.phase) {
    case undefined:
    case 'load':
      return vscode.l10n.t('loading');
    case 'profile':
      return vscode.l10n.t('measuring pass rates');
    case 'rollout':
      return vscode.l10n.t('sampling');
    case 'reward':
      return vscode.l10n.t('scoring');
    case 'train':
      return vscode.l10n.t('updating');
    case 'eval':
      return vscode.l10n.t('evaluating');
  }
}
