/** Makes the panels, each with what it asks of the rest of the host. */
import * as vscode from 'vscode';
import type { RewardDiff } from '../../engine/analysis/rewards/rewardDiff.ts';
import { summaryText } from '../../engine/analysis/rewards/rewardDiffWords.ts';
import { MAX_COMPARED_RUNS } from '../../engine/protocol/comparison.ts';
import { showFailure, type Command } from '../commands.ts';
import type { Disposable, DisposableStore } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import { RunDocuments } from '../documents/runDocuments.ts';
import type { EngineLogChannel } from '../engine/engineLog.ts';
import type { Engines } from '../engine/engines.ts';
import type { ScoreQuestion, Scores } from '../engine/engineQuestions.ts';
import type { LiveScores } from '../live/liveScores.ts';
import { replayCommand, replayHintedCommand, type ReplayCommandNeeds } from '../replays/replayCommand.ts';
import { withReplayProgress } from '../replays/replayProgress.ts';
import { Replays } from '../replays/replays.ts';
import { CompareOnSave } from '../rewardDiffs/compareOnSave.ts';
import { compareRewardsOf, compareRunRewards } from '../rewardDiffs/compareRunRewards.ts';
import type { RewardDiffs } from '../rewardDiffs/rewardDiffs.ts';
import { SavedTexts } from '../rewardDiffs/savedTexts.ts';
import { pickRuns, readable } from '../runs/pickRun.ts';
import type { OpenedRuns } from '../runs/openedRuns.ts';
import type { RunStore } from '../runs/runStore.ts';
import type { Selection } from '../runs/selection.ts';
import { baselineFirst } from './baselineFirst.ts';
import { ComparePanel } from './compare.ts';
import { byAge } from './comparedRuns.ts';
import { dashboardKind } from './dashboard.ts';
import { dashboardActions } from './dashboardActions.ts';
import { EditorRescorer } from './editorRescorer.ts';
import { LiveEngines } from './liveEngines.ts';
import { outputsKind } from './outputs.ts';
import { outputsActions } from './outputsActions.ts';
import { outputsCommands } from './outputsCommands.ts';
import { PanelHost } from './panelHost.ts';
import { openOutputsAt, openOutputsOf, openOutputsOn, Panels, revealGroupOf } from './panels.ts';

export interface PanelNeeds {
  readonly extensionUri: vscode.Uri;
  readonly data: RunData;
  readonly store: RunStore;
  readonly opened: OpenedRuns;
  readonly selection: Selection;
  readonly engines: Engines;
  readonly log: EngineLogChannel;
  readonly live: LiveScores;
  readonly diffs: RewardDiffs;
}

export interface CreatedPanels {
  readonly panels: Panels;
  /** The commands of the panels' own menus. */
  readonly commands: Readonly<Record<string, Command>>;
}

/** @param own what is given back when the extension is deactivated */
export function createPanels(needs: PanelNeeds, own: DisposableStore): CreatedPanels {
  const { extensionUri, data, store, opened, selection, engines, log, diffs } = needs;
  const live = own.add(new LiveEngines(engines));
  const dashboard = own.add(
    new PanelHost(
      dashboardKind({
        data,
        live,
        actions: dashboardActions({
          data,
          openGroups: (runDir, groups) => openOutputsOn(outputs, { runDir, groups, following: selection.current }),
          openReward: (runDir, name) => actions.openReward(runDir, name),
          diffRewards: (runDir, step) => documents.showRewardChange(runDir, step),
          showError: (error) => void showFailure(error, log.channel),
        }),
      }),
      extensionUri,
      selection,
    ),
  );
  const rescorer = own.add(
    new EditorRescorer(
      (question) => engines.questions.score(question),
      needs.live,
      (runDir) => opened.isFromHere(runDir),
    ),
  );
  const replays = own.add(
    new Replays({
      ask: (question, patience) => engines.questions.replay(question, patience),
      withProgress: withReplayProgress,
    }),
  );
  const actions = outputsActions(data, log.channel);
  const outputs = own.add(
    new PanelHost(
      outputsKind({
        data,
        rescorer,
        diffs,
        replays,
        actions,
        comparisons: { again: (runDir) => compareAgain(runDir), pin: (runDir) => pinDisagreements(runDir) },
        onReading: (watched) => needs.live.setWatched(watched),
      }),
      extensionUri,
      selection,
    ),
  );
  const documents = own.add(new RunDocuments(data));
  const score: (question: ScoreQuestion) => Promise<Scores> = (question) => engines.questions.score(question);
  const onSave = own.add(
    new CompareOnSave({
      data,
      diffs,
      score,
      onDidSave: own.add(new SavedTexts()).onDidSave,
      // Who has a reward in front with its scores looks at its run, too.
      shownRuns: () => [...new Set([...outputs.shownRuns(), ...scoredLive(needs.live)])],
      available: (runDir) => rescorer.available(runDir),
      showReplaced: (title, texts) => documents.showReplaced(title, texts),
    }),
  );
  own.add(tellDiffs(diffs));
  const openOutputs = (runDir: string): void => openOutputsOf(outputs, runDir, selection.current);
  const comparing = { data, store, opened, diffs, score, documents, openOutputs };
  const compare = own.add(
    new ComparePanel(
      {
        data,
        documents,
        pickRuns: (current) => pickComparedRuns(store, current),
        baselineFirst: (runDirs) => baselineFirst(store, runDirs.toSorted(byAge)),
        compareRewards: (completionsOf, rewardsOf) => compareRunRewards(comparing, completionsOf, rewardsOf),
        openOutputs: ({ runDir, split, problem, step }, column) => {
          const group = { scope: { purpose: 'evaluation', split }, problem, step } as const;
          openOutputsAt(outputs, { runDir, group, column });
          return Promise.resolve();
        },
      },
      extensionUri,
    ),
  );
  const pinDisagreements = async (runDir: string): Promise<void> => {
    await vscode.commands.executeCommand('rlvr.outputs.pinDisagreements', { runDir });
  };
  const compareAgain = async (runDir: string): Promise<void> => {
    const origin = diffs.origin(runDir);
    if (origin?.kind === 'save') await onSave.again(runDir, origin.texts);
    if (origin?.kind === 'run') await compareRunRewards(comparing, runDir, origin.rewardsOf);
  };
  const replaying: ReplayCommandNeeds = {
    activeRun: () => outputs.active()?.runDir ?? null,
    available: (runDir) => rescorer.available(runDir),
    reveal: (runDir, group) => revealGroupOf(outputs, { runDir, group, following: selection.current }),
  };
  const commands = {
    ...outputsCommands(data, actions, () => outputs.active()?.runDir ?? null),
    'outputs.replayStep': replayCommand(replays, replaying),
    'run.replayStep': replayHintedCommand(replays, replaying),
    'run.compareRewards': (argument: unknown, selected: unknown) => compareRewardsOf(comparing, argument, selected),
    'live.showSaved': (runDir: unknown) => {
      if (typeof runDir !== 'string') return;
      diffs.list(runDir);
      openOutputs(runDir);
    },
    'panel.pin': () => panels.setPinned(true),
    'panel.unpin': () => panels.setPinned(false),
  };
  const panels = new Panels(dashboard, outputs, compare);
  return { panels, commands };
}

/** The run whose completions are scored while somebody types. */
function scoredLive({ result }: LiveScores): readonly string[] {
  return result === null ? [] : [result.sample.runDir];
}

/** For a moment, in the status bar, and each once: the function's CodeLens and Outputs have the rest. */
function tellDiffs(diffs: RewardDiffs): Disposable {
  const told = new WeakSet<RewardDiff>();
  return diffs.onDidChange((runDir) => {
    const diff = diffs.get(runDir);
    if (diff === null || told.has(diff)) return;
    told.add(diff);
    void vscode.window.setStatusBarMessage(`$(diff) ${summaryText(diff.counts)}`, DIFF_MESSAGE_MS);
  });
}

const DIFF_MESSAGE_MS = 10_000;

async function pickComparedRuns(store: RunStore, current: readonly string[]): Promise<readonly string[] | undefined> {
  const placeHolder = vscode.l10n.t('Compare which runs? Up to {0}', MAX_COMPARED_RUNS);
  const picked = await pickRuns(readable(store.runs), { placeHolder, picked: ({ dir }) => current.includes(dir) });
  return picked?.map(({ dir }) => dir);
}
