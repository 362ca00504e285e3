/** Outputs on the host's side: answers what a tab asks of its run, and tells it where the run stands. */
import type { CompletionKey } from '../../engine/protocol/completion.ts';
import type { OutputsReply, ToOutputs } from '../../engine/protocol/panels/outputs.ts';
import type {
  FromOutputs,
  GroupName,
  GroupSelection,
  OutputsRequest,
  PanelRequest,
  RefusedRequest,
} from '../../engine/protocol/panels/outputsRequests.ts';
import { messageOf } from '../../engine/run/errors.ts';
import type { Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import { watchRun } from '../data/runWatch.ts';
import type { Watched } from '../live/watched.ts';
import type { Replays } from '../replays/replays.ts';
import { shownReplay, withReplay } from '../replays/shownReplay.ts';
import type { RewardDiffs } from '../rewardDiffs/rewardDiffs.ts';
import type { PanelSession, PanelView } from './panelHost.ts';
import type { Rescorer } from './rescorer.ts';
import { GroupRescoring } from './rescoring.ts';

/** What the editor does for the panel. */
export interface OutputsActions {
  /** Shows the dataset's line that a problem comes from. */
  openDatasetRow(runDir: string, split: GroupName['scope']['split'], problem: number): Promise<void>;
  /** Shows the function of a reward, by its name. */
  openReward(runDir: string, name: string): Promise<void>;
  /** Tells of something that the person asked for and did not get. */
  showError(error: unknown): void;
}

/** What is done about the comparison of a run's rewards. Each rejects with UserError where it cannot be done. */
export interface ComparisonActions {
  /** Makes it again: the window was reloaded, or the run has written more. */
  again(runDir: string): Promise<void>;
  /** Asks which of the completions that are scored otherwise are to be cases. */
  pin(runDir: string): Promise<void>;
}

export interface OutputsOptions {
  readonly data: RunData;
  readonly rescorer: Rescorer;
  readonly diffs: RewardDiffs;
  readonly replays: Replays;
  readonly actions: OutputsActions;
  readonly comparisons: ComparisonActions;
  /** What is read in a tab. */
  readonly onReading: (watched: Watched) => void;
}

export type OutputsMessage = FromOutputs | RefusedRequest;

/** The side of the tab that a session talks to. */
export type OutputsView = Pick<PanelView<ToOutputs>, 'post' | 'setTitle'>;

export class OutputsSession implements PanelSession<OutputsMessage> {
  readonly #options: OutputsOptions;
  readonly #view: OutputsView;
  readonly #rescoring: GroupRescoring;
  readonly #comparing: Disposable;
  readonly #replaying: Disposable;
  #runDir: string | null = null;
  #visible = false;
  /** Whether the panel knows the run. */
  #toldRun = false;
  #watch: Disposable | null = null;
  /** What to show as soon as the panel is there. */
  #reveal: Extract<ToOutputs, { type: 'reveal' | 'select' }> | null = null;
  /** The group that was read last. */
  #reading: GroupName | null = null;

  constructor(options: OutputsOptions, view: OutputsView) {
    this.#options = options;
    this.#view = view;
    this.#rescoring = new GroupRescoring(options.data, options.rescorer, options.diffs, (rescoring) =>
      view.post({ type: 'rescoring', rescoring }),
    );
    this.#comparing = options.diffs.onDidChange((compared) => {
      if (compared === this.#runDir) this.#compared(compared);
    });
    this.#replaying = options.replays.onDidChange((replayed) => {
      if (replayed === this.#runDir && this.#visible) this.#tellReplay(replayed, true);
    });
  }

  setRun(runDir: string | null): void {
    if (runDir !== this.#runDir) {
      this.#rescoring.setRun(runDir);
      this.#reading = null;
    }
    this.#runDir = runDir;
    if (this.#visible) this.#begin();
  }

  /** Shows a group as soon as the panel is there. */
  reveal(group: GroupName): void {
    this.#reveal = { type: 'reveal', group };
    if (this.#visible) this.#begin();
  }

  /** Lists some groups alone as soon as the panel is there. */
  select(selection: GroupSelection): void {
    this.#reveal = { type: 'select', selection };
    if (this.#visible) this.#begin();
  }

  show(): void {
    this.#visible = true;
    this.#begin();
  }

  hide(): void {
    this.#visible = false;
    this.#watch?.dispose();
    this.#watch = null;
    this.#rescoring.setReading(null);
  }

  receive(message: OutputsMessage): void {
    const runDir = this.#runDir;
    if (runDir === null) return;
    const { actions, comparisons } = this.#options;
    const done = (action: Promise<void>): void => void action.catch((error: unknown) => actions.showError(error));
    switch (message.type) {
      case 'request':
        void this.#answer(runDir, message.id, message.request);
        return;
      case 'refused':
        this.#view.post({
          type: 'failure',
          id: message.id,
          message: 'This cannot be asked of a run. Change the search or the filters.',
        });
        return;
      case 'reading':
        this.#rescoring.setReading(message.group);
        // Kept when nothing is read any more: the values stay in the code until another completion is.
        if (message.group !== null) this.#read(runDir, message.group, null);
        return;
      case 'watching':
        if (this.#reading !== null) this.#read(runDir, this.#reading, message.key);
        return;
      case 'rescore':
        this.#rescoring.switch(message.on);
        return;
      case 'openSourceDiff':
        done(this.#options.diffs.showSource(runDir));
        return;
      case 'compareAgain':
        done(comparisons.again(runDir));
        return;
      case 'pinDisagreements':
        done(comparisons.pin(runDir));
        return;
      case 'clearRewardDiff':
        this.#options.diffs.clear(runDir);
        return;
      case 'clearReplay':
        this.#options.replays.clear(runDir);
        return;
      case 'openDatasetRow':
        done(actions.openDatasetRow(runDir, message.split, message.problem));
        return;
      case 'openReward':
        done(actions.openReward(runDir, message.name));
    }
  }

  dispose(): void {
    this.hide();
    this.#comparing.dispose();
    this.#replaying.dispose();
    this.#rescoring.dispose();
  }

  #read(runDir: string, reading: GroupName, sample: CompletionKey | null): void {
    this.#reading = reading;
    const { scope, problem, step } = reading;
    this.#options.onReading({ runDir, group: { ...scope, problem, step }, sample });
  }

  #begin(): void {
    this.#watch?.dispose();
    this.#watch = null;
    const runDir = this.#runDir;
    if (runDir === null) {
      this.#view.setTitle('Outputs');
      this.#view.post({ type: 'run', run: null });
      return;
    }
    this.#toldRun = false;
    this.#tellDiff(runDir);
    this.#tellReplay(runDir, false);
    this.#watch = watchRun(
      this.#options.data,
      runDir,
      () => this.#tellRun(runDir),
      (error) => this.#view.post({ type: 'failure', id: null, message: messageOf(error) }),
    );
  }

  /** The run's rewards were compared, are being compared, or no longer are. */
  #compared(runDir: string): void {
    const { diffs } = this.#options;
    if (this.#visible) this.#tellDiff(runDir);
    if (diffs.get(runDir) !== null) this.#rescoring.showDiff();
    else if (diffs.shown(runDir) === null) this.#rescoring.switch(false);
  }

  #tellDiff(runDir: string): void {
    const { diffs } = this.#options;
    // What is listed is listed of a run that the panel has.
    const list = this.#toldRun && diffs.takeListing(runDir);
    this.#view.post({ type: 'rewardDiff', diff: diffs.shown(runDir), list });
  }

  #tellReplay(runDir: string, isNew: boolean): void {
    const replay = this.#options.replays.get(runDir);
    this.#view.post({ type: 'replay', replay: replay && shownReplay(replay), isNew });
  }

  async #tellRun(runDir: string): Promise<void> {
    const run = await this.#options.data.call('outputsRun', { dir: runDir });
    if (runDir !== this.#runDir) return;
    this.#view.setTitle(`Outputs: ${run.experiment}, ${run.name}`);
    const canRescore = this.#options.rescorer.available(runDir) && run.rewards.length > 0;
    this.#view.post({ type: 'run', run: { ...run, canRescore } });
    const first = !this.#toldRun;
    this.#toldRun = true;
    if (first && this.#options.diffs.get(runDir) !== null) this.#tellDiff(runDir);
    if (this.#reveal === null || !this.#visible) return;
    this.#view.post(this.#reveal);
    this.#reveal = null;
  }

  /** Where a step was computed again, its tokens have values that the run does not keep. */
  #replayed(runDir: string, request: OutputsRequest, reply: OutputsReply): OutputsReply {
    const replay = this.#options.replays.get(runDir);
    const tokens = request.kind === 'group' || request.kind === 'content';
    return replay !== null && tokens ? withReplay(reply, request.query, replay) : reply;
  }

  async #answer(runDir: string, id: number, request: PanelRequest): Promise<void> {
    try {
      const reply =
        request.kind === 'changes'
          ? { kind: 'changes' as const, ...(await this.#options.diffs.page(runDir, request.query)) }
          : this.#replayed(runDir, request, await this.#options.data.call('outputs', { dir: runDir, request }));
      if (runDir === this.#runDir) this.#view.post({ type: 'reply', id, reply });
    } catch (error) {
      if (runDir === this.#runDir) this.#view.post({ type: 'failure', id, message: messageOf(error) });
    }
  }
}
