/** Outputs as it is in the editor, the editor apart: the built panel in a browser, and the host's session with a run folder. */
import type { Browser } from 'playwright-core';
import type { ToOutputs } from '../../src/engine/protocol/panels/outputs.ts';
import { parseFromOutputs } from '../../src/engine/protocol/panels/outputsRequests.ts';
import { Emitter } from '../../src/extension/common/event.ts';
import { RunData } from '../../src/extension/data/runData.ts';
import type { Scores } from '../../src/extension/engine/engineQuestions.ts';
import type { Watched } from '../../src/extension/live/watched.ts';
import { KeptComparisons, type ComparisonsMemory } from '../../src/extension/rewardDiffs/keptComparisons.ts';
import { Replays } from '../../src/extension/replays/replays.ts';
import { RewardDiffs } from '../../src/extension/rewardDiffs/rewardDiffs.ts';
import { OutputsSession, type OutputsActions } from '../../src/extension/panels/outputsSession.ts';
import type { Rescorer, StoredQuestion } from '../../src/extension/panels/rescorer.ts';
import { PanelHarness, type PanelOptions } from './panelHarness.ts';

/** Scores as a test says, and hears of files that a test saves. */
export class TestRescorer implements Rescorer {
  mayRunCode = true;
  readonly asked: StoredQuestion[] = [];
  readonly #answer: (question: StoredQuestion) => Scores;
  readonly #edited = new Emitter<string>();
  readonly onDidEdit = this.#edited.event;

  constructor(answer: (question: StoredQuestion) => Scores) {
    this.#answer = answer;
  }

  available(): boolean {
    return this.mayRunCode;
  }

  async score(question: StoredQuestion): Promise<Scores> {
    this.asked.push(question);
    return Promise.resolve(question).then(this.#answer);
  }

  save(path: string): void {
    this.#edited.fire(path);
  }
}

function noScores(): Scores {
  throw new Error('nothing is scored here');
}

function noReplays(): Replays {
  return new Replays({
    ask: () => Promise.reject(new Error('nothing is replayed here')),
    withProgress: (_, work) => work({ onProgress: () => {}, signal: new AbortController().signal }),
  });
}

export class OutputsPanel {
  readonly panel: PanelHarness;
  readonly session: OutputsSession;
  /** What the host was asked to open. */
  readonly opened: readonly string[];
  /** Everything that was said to the panel. */
  readonly sent: readonly ToOutputs[];
  /** What was read, one after the other. */
  readonly watched: readonly Watched[];
  readonly diffs: RewardDiffs;
  readonly #data: RunData;

  private constructor(
    panel: PanelHarness,
    session: OutputsSession,
    data: RunData,
    opened: readonly string[],
    sent: readonly ToOutputs[],
    watched: readonly Watched[],
    diffs: RewardDiffs,
  ) {
    this.panel = panel;
    this.session = session;
    this.#data = data;
    this.opened = opened;
    this.sent = sent;
    this.watched = watched;
    this.diffs = diffs;
  }

  /** @param runDir the selected run, null for none */
  static async open(
    browser: Browser,
    runDir: string | null,
    options: Omit<PanelOptions, 'script'> & {
      readonly rescorer?: Rescorer;
      /** Of before the window was reloaded. */
      readonly memory?: ComparisonsMemory;
      readonly replays?: Replays;
    } = {},
  ): Promise<OutputsPanel> {
    const {
      rescorer = new TestRescorer(noScores),
      memory = { comparisons: undefined },
      replays = noReplays(),
      ...page
    } = options;
    const data = new RunData();
    const diffs = new RewardDiffs(data, new KeptComparisons(memory));
    const opened: string[] = [];
    const sent: ToOutputs[] = [];
    const watched: Watched[] = [];
    const open = (what: string): Promise<void> => Promise.resolve(void opened.push(what));
    const actions: OutputsActions = {
      openDatasetRow: (_, split, problem) => open(`row ${problem} of ${split}`),
      openReward: (_, name) => open(`reward ${name}`),
      showError: (error) => void opened.push(String(error)),
    };
    const comparisons = { again: () => open('comparison again'), pin: () => open('cases') };
    // One after the other, as the editor delivers them.
    let queue = Promise.resolve();
    let tell: (message: ToOutputs) => Promise<void> = () => Promise.resolve();
    const view = {
      post: (message: ToOutputs): void => {
        sent.push(message);
        queue = queue.then(() => tell(message)).catch(() => {});
      },
      setTitle: () => {},
    };
    const session = new OutputsSession(
      { data, rescorer, diffs, replays, actions, comparisons, onReading: (reading) => void watched.push(reading) },
      view,
    );
    session.setRun(runDir);
    const panel = await PanelHarness.open(browser, { script: 'outputs', ...page }, (message, harness) => {
      tell = (answer) => harness.tell(answer);
      if (isReady(message)) session.show();
      else {
        const parsed = parseFromOutputs(message);
        if (parsed !== null) session.receive(parsed);
      }
    });
    return new OutputsPanel(panel, session, data, opened, sent, watched, diffs);
  }

  async close(): Promise<void> {
    this.session.dispose();
    this.#data.dispose();
    await this.panel.close();
  }
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
