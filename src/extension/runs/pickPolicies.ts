/** Which of the policies that a run has kept are meant. */
import * as vscode from 'vscode';
import type { PolicyName } from '../../engine/protocol/policyName.ts';
import type { Services } from '../services.ts';
import { fullName, type ReadableRun } from './runNames.ts';

type Deps = Pick<Services, 'data'>;

interface PolicyItem {
  readonly label: string;
  readonly description: string;
  readonly value: PolicyName;
}

/** The last where the run has kept no other; empty where nothing was picked. */
export async function pickPolicies(deps: Deps, run: ReadableRun): Promise<PolicyName[]> {
  const [last, ...others] = await keptPolicies(deps, run);
  if (others.length === 0) return ['last'];
  const items = [{ ...last, picked: true }, ...others, policyItem(0, null)];
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    placeHolder: vscode.l10n.t('Evaluate {0} after which steps?', fullName(run)),
  });
  return picked?.map(({ value }) => value) ?? [];
}

/** The last where the run has kept no other; null where nothing was picked. */
export async function pickPolicy(deps: Deps, run: ReadableRun, placeHolder: string): Promise<PolicyName | null> {
  const items = await keptPolicies(deps, run);
  if (items.length === 1) return 'last';
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.value ?? null;
}

/** The last, then the others from the newest back. */
async function keptPolicies({ data }: Deps, run: ReadableRun): Promise<readonly [PolicyItem, ...PolicyItem[]]> {
  const { steps, best } = await data.call('checkpoints', { dir: run.dir });
  const others = steps.filter((step) => step !== run.lastStep).toReversed();
  const last = { label: vscode.l10n.t('The newest'), description: '', value: 'last' as const };
  return [last, ...others.map((step) => policyItem(step, best))];
}

function policyItem(step: number, best: number | null): PolicyItem {
  return {
    label: step === 0 ? vscode.l10n.t('Before training') : vscode.l10n.t('Step {0}', step),
    description: step === best ? vscode.l10n.t('the best on held-out problems, by which it was chosen') : '',
    value: step,
  };
}
