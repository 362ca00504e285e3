/** What the parts of the host share; made once, by `extension.ts`. */
import type { ScoreGroups } from '../engine/cases/runCases.ts';
import type { Command } from './commands.ts';
import type { RunData } from './data/runData.ts';
import type { EngineLogChannel } from './engine/engineLog.ts';
import type { Engines } from './engine/engines.ts';
import type { LiveWindow } from './live/createLiveScores.ts';
import type { Panels } from './panels/panels.ts';
import type { OpenedRuns } from './runs/openedRuns.ts';
import type { RunStore } from './runs/runStore.ts';
import type { RewardDiffs } from './rewardDiffs/rewardDiffs.ts';
import type { Selection } from './runs/selection.ts';
import type { Memory } from './memory.ts';

export interface Services {
  readonly data: RunData;
  readonly store: RunStore;
  readonly selection: Selection;
  readonly opened: OpenedRuns;
  readonly engines: Engines;
  /** Scores cases. */
  readonly scoreCases: ScoreGroups;
  readonly live: LiveWindow;
  /** Two versions of the rewards on the same completions. */
  readonly diffs: RewardDiffs;
  readonly panels: Panels;
  /** The commands of the panels' own menus. */
  readonly panelCommands: Readonly<Record<string, Command>>;
  readonly log: EngineLogChannel;
  readonly memory: Memory;
  /** The workspace's folders on this machine, absolute. */
  readonly folders: () => readonly string[];
}
