/** Keeps the new scores of the group that is read up to date with the reward files, once that was asked for. */
import { dirname, resolve, sep } from 'node:path';
import { UserError } from '../../engine/protocol/errors.ts';
import type { NewScore, NewVerdict, Rescoring } from '../../engine/protocol/panels/outputs.ts';
import type { GroupName } from '../../engine/protocol/panels/outputsRequests.ts';
import { messageOf } from '../../engine/run/errors.ts';
import { isCodePath } from '../common/codePath.ts';
import type { Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import type { Scores } from '../engine/engineQuestions.ts';
import { groupScores } from '../rewardDiffs/groupScores.ts';
import type { RewardDiffs } from '../rewardDiffs/rewardDiffs.ts';
import type { Rescorer } from './rescorer.ts';

export class GroupRescoring implements Disposable {
  readonly #data: RunData;
  readonly #rescorer: Rescorer;
  readonly #diffs: Pick<RewardDiffs, 'get' | 'versionOf'>;
  readonly #tell: (rescoring: Rescoring) => void;
  readonly #edits: Disposable;
  #runDir: string | null = null;
  #reading: GroupName | null = null;
  #on = false;
  /** A reward was edited since the run's versions were compared. */
  #edited = false;
  /** Of the newest question: answers to older ones are dropped. */
  #asked = 0;

  /** @param tell called with every change while there is somebody to tell */
  constructor(
    data: RunData,
    rescorer: Rescorer,
    diffs: Pick<RewardDiffs, 'get' | 'versionOf'>,
    tell: (rescoring: Rescoring) => void,
  ) {
    this.#data = data;
    this.#rescorer = rescorer;
    this.#diffs = diffs;
    this.#tell = tell;
    this.#edits = rescorer.onDidEdit((path) => void this.#wasEdited(path));
  }

  /** Another run begins without new scores. */
  setRun(runDir: string | null): void {
    this.#runDir = runDir;
    this.#reading = null;
    this.switch(false);
  }

  /** What is read from now on; null while nobody reads. */
  setReading(group: GroupName | null): void {
    this.#reading = group;
    if (this.#on) void this.#score();
  }

  /** Versions of the run's rewards were compared: from now on both are shown. */
  showDiff(): void {
    this.#edited = false;
    this.switch(true);
  }

  switch(on: boolean): void {
    const runDir = this.#runDir;
    this.#on = on && runDir !== null && (this.#diffs.get(runDir) !== null || this.#rescorer.available(runDir));
    if (this.#on) void this.#score();
    else {
      this.#asked++;
      this.#tell({ state: 'off' });
    }
  }

  dispose(): void {
    this.#asked++;
    this.#edits.dispose();
  }

  async #wasEdited(path: string): Promise<void> {
    const runDir = this.#runDir;
    if (runDir === null || this.#reading === null || !this.#rescorer.available(runDir)) return;
    // Where the run cannot be read, the panel says so.
    const sources = await this.#data.call('runSources', { dir: runDir }).catch(() => null);
    if (sources === null || runDir !== this.#runDir) return;
    const files = sources.rewards.flatMap(({ file }) =>
      file === null ? [] : [resolve(dirname(sources.experimentPath), file)],
    );
    if (!isRewardCode(path, files)) return;
    this.#edited = true;
    this.switch(true);
  }

  async #score(): Promise<void> {
    const runDir = this.#runDir;
    const group = this.#reading;
    if (runDir === null || group === null) return;
    const asked = ++this.#asked;
    const diff = this.#edited ? null : this.#diffs.get(runDir);
    const compared = diff && groupScores(diff, group);
    if (compared !== null) {
      this.#tell({ state: 'done', group, scores: compared.after, before: compared.before });
      return;
    }
    this.#tell({ state: 'scoring' });
    try {
      const { scope, problem, step } = group;
      const version = diff === null ? null : this.#diffs.versionOf(runDir);
      const rewards = version ?? (await this.#data.call('runRewards', { dir: runDir }));
      const of = { kind: 'stored' as const, runDir, groups: [{ ...scope, problem, step }] };
      const scores = await this.#rescorer.score({ ...rewards, live: false, of });
      if (asked === this.#asked) this.#tell({ state: 'done', group, scores: newScores(scores) });
    } catch (error) {
      if (asked !== this.#asked) return;
      const message = error instanceof UserError ? error.message : `Scoring failed: ${messageOf(error)}`;
      this.#tell({ state: 'failed', message });
    }
  }
}

/** Whether an edited file is a reward file, or lies where one may import it from. */
export function isRewardCode(path: string, rewardFiles: readonly string[]): boolean {
  return rewardFiles.some((file) => path === file || (path.startsWith(dirname(file) + sep) && isCodePath(path)));
}

/** One for each completion of the one group that was asked about. */
function newScores({ rewards, combined, byReward, errors }: Scores): NewScore[] {
  return Array.from(combined, (reward, completion) => {
    const verdicts = rewards.map((name, index): [string, NewVerdict] => {
      const failed = errors.find((error) => error.completion === completion && error.reward === name);
      return [name, failed ? { error: failed.message } : { value: numberOrNull(byReward[index]?.[completion]) }];
    });
    return { reward: numberOrNull(reward), verdicts: Object.fromEntries(verdicts) };
  });
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
