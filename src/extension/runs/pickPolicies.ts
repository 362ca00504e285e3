/** Which of the policies that a run has kept are meant. */
import * as vscode from 'vscode';
import type { PolicyName } from '../../engine/protocol/policyName.ts';
import type { Services } from '../services.ts';
import { fullName, type ReadableRun } from './runNames.ts';

/** The last where the run has kept no other; empty where nothing was picked. */
export async function pickPolicies({ data }: Services, run: ReadableRun): Promise<PolicyName[]> {
  const { steps, best } = await data.call('checkpoints', { dir: run.dir });
  const others = steps.filter((step) => step !== run.lastStep);
  if (others.length === 0) return ['last'];
  const named = (
    step: number,
  ): { readonly label: string; readonly description: string; readonly value: PolicyName } => ({
    label: step === 0 ? vscode.l10n.t('Before training') : vscode.l10n.t('Step {0}', step),
    description: step === best ? vscode.l10n.t('the best on held-out problems, by which it was chosen') : '',
    value: step,
  });
  const last = { label: vscode.l10n.t('The newest'), description: '', value: 'last' as const, picked: true };
  const picked = await vscode.window.showQuickPick([last, ...others.toReversed().map(named), named(0)], {
    canPickMany: true,
    placeHolder: vscode.l10n.t('Evaluate {0} after which steps?', fullName(run)),
  });
  return picked?.map(({ value }) => value) ?? [];
}
