/** What the rewards that one run keeps say of another run's completions, against what that one recorded. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { RewardVersion } from '../../engine/protocol/scoring.ts';
import { messageOf } from '../../engine/run/errors.ts';
import type { RunData } from '../data/runData.ts';
import type { RunDocuments } from '../documents/runDocuments.ts';
import { agreeToRunCode } from '../runs/agreeToRunCode.ts';
import { listedRun } from '../runs/chooseRun.ts';
import type { OpenedRuns } from '../runs/openedRuns.ts';
import { namedRuns, pickRun, readable } from '../runs/pickRun.ts';
import { runsOf } from '../runs/runsOf.ts';
import { fullName, runName } from '../runs/runNames.ts';
import type { RunStore } from '../runs/runStore.ts';
import type { ComparisonRound, RewardDiffs } from './rewardDiffs.ts';
import { comparedQuestion, MAX_COMPARED_COMPLETIONS, type Score } from './comparedQuestion.ts';

export interface CompareRunsNeeds {
  readonly data: RunData;
  readonly store: RunStore;
  readonly opened: OpenedRuns;
  readonly diffs: RewardDiffs;
  readonly score: Score;
  readonly documents: Pick<RunDocuments, 'showDiff'>;
  /** Shows what a run wrote. */
  readonly openOutputs: (runDir: string) => void;
}

/** The command of the tree: the run that was clicked, with the rewards of the other that is selected, or of one that is asked for. */
export async function compareRewardsOf(needs: CompareRunsNeeds, argument: unknown, selected: unknown): Promise<void> {
  const { store } = needs;
  const [completionsOf = ''] = namedRuns(argument);
  const [other, ...more] = runsOf(argument, selected).filter((dir) => dir !== completionsOf);
  if (other !== undefined && more.length === 0) {
    await compareRunRewards(needs, completionsOf, other);
    return;
  }
  const others = readable(store.runs).filter(({ dir }) => dir !== completionsOf);
  if (others.length === 0) throw new UserError(vscode.l10n.t('There is no other run whose rewards could score it.'));
  const placeHolder = vscode.l10n.t(
    'Score the completions of {0} with the rewards of which run?',
    fullName(listedRun(store, completionsOf)),
  );
  const picked = await pickRun(others, placeHolder);
  if (picked !== undefined) await compareRunRewards(needs, completionsOf, picked.dir);
}

/** Rejects with UserError where it cannot be begun; what goes wrong later is said where the comparison is shown. */
export async function compareRunRewards(
  needs: CompareRunsNeeds,
  completionsOf: string,
  rewardsOf: string,
): Promise<void> {
  const { data, store, opened, diffs, documents, openOutputs } = needs;
  const [a, b] = [listedRun(store, completionsOf), listedRun(store, rewardsOf)];
  if (!(await agreeToRunCode(opened, b))) return;
  const version = await data.call('keptRewards', { dir: rewardsOf });
  const round = diffs.begin({
    runDir: completionsOf,
    title: vscode.l10n.t('As recorded, and by the rewards of {0}', runName(b)),
    origin: { kind: 'run', rewardsOf },
    showSource: () => documents.showDiff('rewards', { dir: a.dir, name: runName(a) }, { dir: b.dir, name: runName(b) }),
    version,
    list: true,
  });
  openOutputs(completionsOf);
  try {
    await compare(needs, completionsOf, version, round);
  } catch (error) {
    round.fail(error instanceof UserError ? error.message : vscode.l10n.t('Comparing failed: {0}', messageOf(error)));
  }
}

async function compare(
  { data, score }: CompareRunsNeeds,
  runDir: string,
  version: RewardVersion,
  round: ComparisonRound,
): Promise<void> {
  const groups = await data.call('groupSample', { dir: runDir, completions: MAX_COMPARED_COMPLETIONS });
  if (groups.length === 0) throw new UserError(vscode.l10n.t('Nothing was written in this run.'));
  const scores = await score(comparedQuestion({ runDir, groups, version, unsaved: [] }));
  await round.done({ groups, before: null, after: { rewards: version.rewards, scores } });
}
