/** Outputs on the host's side: answers what a tab asks of its run, and tells it where the run stands. */
import type {
  FromOutputs,
  GroupName,
  OutputsRequest,
  RefusedRequest,
  ToOutputs,
} from '../../engine/protocol/panels/outputs.ts';
import { messageOf } from '../../engine/run/errors.ts';
import type { Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import { watchRun } from '../data/runWatch.ts';
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

export interface OutputsOptions {
  readonly data: RunData;
  readonly rescorer: Rescorer;
  readonly actions: OutputsActions;
}

export type OutputsMessage = FromOutputs | RefusedRequest;

/** The side of the tab that a session talks to. */
export type OutputsView = Pick<PanelView<ToOutputs>, 'post' | 'setTitle'>;

export class OutputsSession implements PanelSession<OutputsMessage> {
  readonly #options: OutputsOptions;
  readonly #view: OutputsView;
  readonly #rescoring: GroupRescoring;
  #runDir: string | null = null;
  #visible = false;
  #watch: Disposable | null = null;
  #reveal: GroupName | null = null;

  constructor(options: OutputsOptions, view: OutputsView) {
    this.#options = options;
    this.#view = view;
    this.#rescoring = new GroupRescoring(options.data, options.rescorer, (rescoring) =>
      view.post({ type: 'rescoring', rescoring }),
    );
  }

  setRun(runDir: string | null): void {
    if (runDir !== this.#runDir) this.#rescoring.setRun(runDir);
    this.#runDir = runDir;
    if (this.#visible) this.#begin();
  }

  /** Shows a group as soon as the panel is there. */
  reveal(group: GroupName): void {
    this.#reveal = group;
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
    const { actions } = this.#options;
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
        return;
      case 'rescore':
        this.#rescoring.switch(message.on);
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
    this.#rescoring.dispose();
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
    this.#watch = watchRun(
      this.#options.data,
      runDir,
      () => this.#tellRun(runDir),
      (error) => this.#view.post({ type: 'failure', id: null, message: messageOf(error) }),
    );
  }

  async #tellRun(runDir: string): Promise<void> {
    const run = await this.#options.data.call('outputsRun', { dir: runDir });
    if (runDir !== this.#runDir) return;
    this.#view.setTitle(`Outputs: ${run.experiment}, ${run.name}`);
    const canRescore = this.#options.rescorer.available(runDir) && run.rewards.length > 0;
    this.#view.post({ type: 'run', run: { ...run, canRescore } });
    if (this.#reveal === null || !this.#visible) return;
    this.#view.post({ type: 'reveal', group: this.#reveal });
    this.#reveal = null;
  }

  async #answer(runDir: string, id: number, request: OutputsRequest): Promise<void> {
    try {
      const reply = await this.#options.data.call('outputs', { dir: runDir, request });
      if (runDir === this.#runDir) this.#view.post({ type: 'reply', id, reply });
    } catch (error) {
      if (runDir === this.#runDir) this.#view.post({ type: 'failure', id, message: messageOf(error) });
    }
  }
}
