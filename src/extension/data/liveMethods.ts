/** What live scoring reads: completions that stand for a run, and the reward functions of a text. */
import { dirname } from 'node:path';
import { ruleVerdicts, type RuleVerdicts } from '../../engine/analysis/rewards/ruleVerdicts.ts';
import type { CompletionKey } from '../../engine/protocol/completion.ts';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import { rewardName } from '../../engine/protocol/experimentChecks.ts';
import type { StoredGroup } from '../../engine/protocol/scoring.ts';
import { readScopes } from '../../engine/run/outputs/scopes.ts';
import { readStoredGroups, sampleGroups } from '../../engine/run/storedGroups.ts';
import type { RewardFunction } from '../../engine/source/rewardFunction.ts';
import { findRewardFunctions } from '../../engine/source/rewardFunctions.ts';
import type { SourceFix } from '../../engine/source/sourceFix.ts';
import { sourceFixes, type FixedThing } from '../../engine/source/sourceFixes.ts';
import type { Readers } from './readers.ts';

/** What reward functions are written in. */
const SOURCE = /\.([cm]?[jt]s|py)$/i;

/** Completions of a run with what they were worth. Arrays are parallel to `completions`, in the order in which an engine scores `groups`. */
export interface RunSample {
  readonly runDir: string;
  /** Of the run's experiment. */
  readonly rewards: readonly RewardConfig[];
  readonly baseDir: string;
  readonly groups: readonly StoredGroup[];
  readonly completions: readonly SampledCompletion[];
  /** By reward name, as they were recorded; NaN where there is no value. */
  readonly recorded: Readonly<Record<string, Float64Array>>;
  /** What the published rules say of them; null where the data have no answers. */
  readonly rules: RuleVerdicts | null;
}

export interface SampledCompletion {
  /** Index in `groups`. */
  readonly group: number;
  readonly key: CompletionKey;
}

export const liveMethods = {
  /** @param named functions that experiments name in the file */
  rewardFunctions: (
    _: Readers,
    { path, text, named }: { readonly path: string; readonly text: string; readonly named: readonly string[] },
  ): readonly RewardFunction[] => (SOURCE.test(path) ? findRewardFunctions(path, text, named) : []),

  /** Edits that may mend what completions showed of a file. */
  sourceFixes: (
    _: Readers,
    { path, text, thing }: { readonly path: string; readonly text: string; readonly thing: FixedThing },
  ): readonly SourceFix[] => sourceFixes(path, text, thing),

  /**
   * About `count` completions, whole groups evenly over the run's steps; what was trained on, or, where nothing was, an evaluation's.
   * @param first a group that is to be among them, at the beginning
   */
  runSample: (
    readers: Readers,
    { dir, count, first }: { readonly dir: string; readonly count: number; readonly first: StoredGroup | null },
  ): RunSample => {
    const reader = readers.get(dir);
    return reader.snapshot(() => {
      const [scope] = readScopes(reader);
      const spread = scope === undefined ? [] : sampleGroups(reader, scope, count);
      const groups = first === null ? spread : [first, ...spread.filter((group) => !isSame(group, first))];
      const stored = readStoredGroups(reader, groups);
      const { rewards } = reader.experiment();
      const all = stored.flatMap(({ completions }) => completions);
      const valuesOf = (name: string): Float64Array =>
        Float64Array.from(all, ({ rewards: results }) => {
          const result = results[name];
          return result && 'value' in result ? (result.value ?? NaN) : NaN;
        });
      return {
        runDir: dir,
        rewards,
        baseDir: dirname(reader.manifest.experimentPath),
        groups,
        completions: stored.flatMap(({ asked, completions }) => completions.map(({ key }) => ({ group: asked, key }))),
        rules: ruleVerdicts(stored.flatMap(({ row, completions }) => completions.map(({ text }) => ({ text, row })))),
        recorded: Object.fromEntries(rewards.map(rewardName).map((name) => [name, valuesOf(name)])),
      };
    });
  },
};

function isSame(a: StoredGroup, b: StoredGroup): boolean {
  return a.step === b.step && a.purpose === b.purpose && a.split === b.split && a.problem === b.problem;
}
