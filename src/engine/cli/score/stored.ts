/** Scores the completions that a run has stored, and compares with the scores that it has. */
import type { RewardResult } from '../../protocol/completion.ts';
import { UserError } from '../../protocol/errors.ts';
import type { RewardConfig } from '../../protocol/experiment.ts';
import type { RewardVersion, StoredGroup } from '../../protocol/scoring.ts';
import type { RunTasks } from '../../protocol/tasks.ts';
import type { Scorer, Verdicts } from '../../reward/scorer.ts';
import { problemPlace } from '../../run/outputs/problemPlace.ts';
import { RunReader } from '../../run/reader.ts';
import { readStoredGroups, sampleGroups, type ScoredGroup, type StoredCompletion } from '../../run/storedGroups.ts';
import { plural } from '../../words/format.ts';
import { EXIT, type CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { chosenProblems, type ProblemOptions } from '../problemOption.ts';
import { findScored } from './findScored.ts';
import { scoreLines, type StoredScores } from './lines.ts';
import { ScoreTally } from './tally.ts';
import { withScorer } from './withScorer.ts';

export interface StoredOptions extends ProblemOptions {
  /** A run folder or an experiment file, absolute. */
  readonly path: string;
  /** Where the runs of an experiment are. */
  readonly runsDir: string;
  readonly split: StoredGroup['split'];
  /** null for all of them. */
  readonly step: number | null;
  /** Completions at most; null for all. */
  readonly limit: number | null;
}

/** Groups that are read and scored together: enough to keep graders busy, few enough for any memory. */
const BATCH = 64;

export async function scoreStored(options: StoredOptions, json: boolean, io: CommandIO): Promise<number> {
  const { runDir, ...version } = findScored(options);
  requireRewards(version.rewards);
  const reader = RunReader.open(runDir);
  try {
    const groups = chosenGroups(reader, options);
    const onScored = json
      ? (scored: ScoredCompletion) => printJson(io.stdout, jsonOf(scored, reader.manifest))
      : () => {};
    const scores = await withScorer(version, io, (scorer) =>
      scoreGroups({ reader, groups, skipped: version.skipped, scorer, onScored }),
    );
    if (scores === null) return EXIT.stopped;
    const result: StoredScores = { runDir, split: options.split, steps: stepsOf(groups), ...scores };
    if (json) printJson(io.stdout, { event: 'score', ...result });
    else for (const line of scoreLines(result, io.stdout.columns ?? Infinity)) io.stdout.write(`${line}\n`);
    return EXIT.done;
  } finally {
    reader.close();
  }
}

function requireRewards(rewards: readonly RewardConfig[]): void {
  if (rewards.length === 0)
    throw new UserError('The experiment has no reward functions, so there is nothing to score with.');
}

/** In the order of steps. */
function chosenGroups(reader: RunReader, { split, step, task, problem, limit }: StoredOptions): StoredGroup[] {
  const isChosen = chosenProblems(reader.manifest, { task, problem });
  const purpose = split === 'train' ? 'rollout' : 'evaluation';
  const groups = sampleGroups(reader, { purpose, split }, Infinity).filter(
    (group) => (step === null || group.step === step) && isChosen(group.problem),
  );
  return limit === null ? groups : newest(reader, groups, limit);
}

function newest(reader: RunReader, groups: readonly StoredGroup[], limit: number): StoredGroup[] {
  let left = limit;
  const first = groups.findLastIndex((group) => {
    left -= sizeOf(reader, group);
    return left < 0;
  });
  const last = groups.at(-1);
  if (last !== undefined && first === groups.length - 1)
    throw new UserError(
      `No whole group fits into --limit ${limit}: the newest has ${plural(sizeOf(reader, last), 'completion')}.`,
    );
  return groups.slice(first + 1);
}

function sizeOf(reader: RunReader, group: StoredGroup): number {
  return readStoredGroups(reader, [group]).reduce((sum, { completions }) => sum + completions.length, 0);
}

function stepsOf(groups: readonly StoredGroup[]): [number, number] | null {
  const [first] = groups;
  const last = groups.at(-1);
  return first === undefined || last === undefined ? null : [first.step, last.step];
}

interface ScoredCompletion {
  readonly group: StoredGroup;
  readonly stored: StoredCompletion;
  readonly now: Verdicts;
}

interface Scoring {
  readonly reader: RunReader;
  readonly groups: readonly StoredGroup[];
  readonly skipped: RewardVersion['skipped'];
  readonly scorer: Scorer;
  readonly onScored: (scored: ScoredCompletion) => void;
}

async function scoreGroups(scoring: Scoring): Promise<Pick<StoredScores, 'completions' | 'rewards' | 'sum'>> {
  const { reader, groups, skipped, scorer, onScored } = scoring;
  const tallies = scorer.names.map((name) => ({ name, tally: new ScoreTally() }));
  const sum = new ScoreTally();
  let completions = 0;
  for (let start = 0; start < groups.length; start += BATCH) {
    const asked = groups.slice(start, start + BATCH);
    const stored = readStoredGroups(reader, asked, skipped);
    const verdicts = await scorer.score(stored);
    for (const scored of pairs(asked, stored, verdicts)) {
      completions++;
      for (const { name, tally } of tallies) {
        const now = scored.now.rewards[name];
        if (now !== undefined) tally.add(scored.stored.rewards[name], now);
      }
      sum.add(sumResult(scored.stored), sumResult(scored.now));
      onScored(scored);
    }
  }
  return {
    completions,
    rewards: tallies.map(({ name, tally }) => ({ name, ...tally.difference() })),
    sum: sum.difference(),
  };
}

function pairs(
  asked: readonly StoredGroup[],
  stored: readonly ScoredGroup[],
  verdicts: readonly (readonly Verdicts[])[],
): ScoredCompletion[] {
  return stored.flatMap(({ asked: index, completions }, g) =>
    completions.flatMap((completion, i) => {
      const group = asked[index];
      const now = verdicts[g]?.[i];
      return group === undefined || now === undefined ? [] : [{ group, stored: completion, now }];
    }),
  );
}

/** Without a sum a completion has no reward; why is told of the functions. */
function sumResult({ reward }: { readonly reward: number | null }): RewardResult {
  return { value: reward };
}

function jsonOf({ group: { purpose, split }, stored, now }: ScoredCompletion, manifest: RunTasks): object {
  const place = problemPlace(manifest, stored.key.problem);
  return {
    event: 'completion',
    ...stored.key,
    ...(place.task === null ? {} : place),
    purpose,
    split,
    before: { reward: stored.reward, rewards: stored.rewards },
    now: { reward: now.reward, rewards: now.rewards },
  };
}
