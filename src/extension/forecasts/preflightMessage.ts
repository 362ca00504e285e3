/** What a preflight does at the moment, in words. */
import * as vscode from 'vscode';
import type { PreflightProgress } from '../../engine/protocol/forecast.ts';
import { percent } from '../../engine/words/format.ts';

/** `try 2: sampling, 40.0 %` */
export function preflightMessage({ step, doing, share }: PreflightProgress): string {
  const what = WORDS[doing]();
  const done = share > 0 ? `${what}, ${percent(share)}` : what;
  return step > 0 ? vscode.l10n.t('try {0}: {1}', step, done) : done;
}

const WORDS: Readonly<Record<PreflightProgress['doing'], () => string>> = {
  load: () => vscode.l10n.t('loading'),
  rollout: () => vscode.l10n.t('sampling'),
  reward: () => vscode.l10n.t('scoring'),
  train: () => vscode.l10n.t('updating'),
  eval: () => vscode.l10n.t('evaluating'),
};
