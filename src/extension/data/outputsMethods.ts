/** What the outputs panel reads. */
import { dirname } from 'node:path';
import { sourcesAt } from '../../engine/analysis/rewardHistory.ts';
import type { DatasetConfig } from '../../engine/protocol/datasetConfig.ts';
import { rewardName } from '../../engine/protocol/experimentChecks.ts';
import type { OutputsReply, OutputsRun } from '../../engine/protocol/panels/outputs.ts';
import type { OutputsRequest } from '../../engine/protocol/panels/outputsRequests.ts';
import type { CompletionKey } from '../../engine/protocol/completion.ts';
import type { CompletionRecord, ProblemRecord } from '../../engine/protocol/run.ts';
import type { Place, RewardVersion } from '../../engine/protocol/scoring.ts';
import { taskNamed, tasksOf } from '../../engine/protocol/tasks.ts';
import { readCompletionPage } from '../../engine/run/outputs/completionPage.ts';
import { readContent, readGroupPage } from '../../engine/run/outputs/groupPage.ts';
import { problemPlace } from '../../engine/run/outputs/problemPlace.ts';
import { readProblemPage } from '../../engine/run/outputs/problemPage.ts';
import { readScopes, readSteps } from '../../engine/run/outputs/scopes.ts';
import { readLabel } from '../../engine/run/label.ts';
import type { RunReader } from '../../engine/run/reader.ts';
import { placeOfExport } from '../../engine/source/rewardFunctions.ts';
import { experimentName, startedAt } from '../../engine/words/naming.ts';
import type { Readers } from './readers.ts';

interface CompletionName {
  readonly dir: string;
  readonly purpose: CompletionRecord['purpose'];
  readonly split: CompletionRecord['split'];
  readonly key: CompletionKey;
}

interface ProblemName {
  readonly dir: string;
  readonly split: ProblemRecord['split'];
  readonly problem: number;
}

export interface RewardSource {
  readonly name: string;
  readonly function: string;
  /** null for a built-in reward. */
  readonly file: string | null;
  /** Path under the run of the file as it ran; null where the run keeps none. */
  readonly kept: string | null;
}

/** A problem with the line of data that it was drawn from. */
export interface SourcedProblem {
  readonly problem: ProblemRecord;
  /** As the experiment names it; null where the experiment has no such part. */
  readonly source: string | null;
  /** In that source. */
  readonly row: number;
  /** Absolute; paths are relative to its folder. */
  readonly experimentPath: string;
}

/** Where a run's rewards come from, with paths as the experiment has them. */
export interface RunSources {
  /** Absolute; the paths below are relative to its folder. */
  readonly experimentPath: string;
  /** In the experiment's order. */
  readonly rewards: readonly RewardSource[];
}

export const outputsMethods = {
  /** What a run is, and where it stands. */
  outputsRun: (readers: Readers, { dir }: { readonly dir: string }): Omit<OutputsRun, 'canRescore'> => {
    const reader = readers.get(dir);
    const experiment = reader.experiment();
    const { status, lastStep } = reader.state();
    const { name, createdAt, experimentPath } = reader.manifest;
    return {
      id: dir,
      name: readLabel(dir).name ?? startedAt(createdAt),
      experiment: name ?? experimentName(experimentPath),
      status,
      lastStep,
      scopes: readScopes(reader),
      rewards: experiment.rewards.map((reward) => ({
        name: rewardName(reward),
        hasFile: reward.file !== undefined,
      })),
      tasks: tasksOf(experiment).flatMap(({ name: task }) => task ?? []),
    };
  },

  /** One page of whatever the panel asks for; all of it as the run is at one moment. */
  outputs: (
    readers: Readers,
    { dir, request }: { readonly dir: string; readonly request: OutputsRequest },
  ): OutputsReply => {
    const reader = readers.get(dir);
    return reader.snapshot(() => reply(reader, request));
  },

  /** The whole text of a completion; null where it is not there. */
  completionText: (readers: Readers, { dir, purpose, split, key }: CompletionName): string | null =>
    readers.get(dir).completion(purpose, split, key)?.text ?? null,

  /** A problem as it was drawn from the dataset; null where the run has it not. */
  problem: (readers: Readers, { dir, split, problem }: ProblemName): ProblemRecord | null =>
    readers.get(dir).problem(split, problem),

  /** The reward functions of the run's experiment, with the folder that their files are relative to. */
  runRewards: (readers: Readers, { dir }: { readonly dir: string }): RewardVersion => {
    const reader = readers.get(dir);
    return { rewards: reader.experiment().rewards, baseDir: dirname(reader.manifest.experimentPath) };
  },

  /** Where a text has the function that an experiment names; null where it has none. Here, for it takes a parser. */
  placeOfReward: (
    _: Readers,
    { path, text, name }: { readonly path: string; readonly text: string; readonly name: string },
  ): Place | null => placeOfExport(path, text, name),

  /** Where a problem comes from; null where the run has it not. */
  problemSource: (readers: Readers, { dir, split, problem }: ProblemName): SourcedProblem | null => {
    const reader = readers.get(dir);
    const found = reader.problem(split, problem);
    if (found === null) return null;
    const { task, row } = problemPlace(reader.manifest, problem);
    const { dataset } = taskNamed(reader.experiment(), task);
    const { experimentPath } = reader.manifest;
    return { problem: found, source: sourceOf(dataset, split), row, experimentPath };
  },

  /** Where the run's rewards come from. */
  runSources: (readers: Readers, { dir }: { readonly dir: string }): RunSources => {
    const reader = readers.get(dir);
    const { rewards } = reader.experiment();
    const sources = sourcesAt(dir, reader.experiment(), reader.rewardVersions(), Infinity);
    return {
      experimentPath: reader.manifest.experimentPath,
      rewards: rewards.map((reward) => ({
        name: rewardName(reward),
        file: reward.file ?? null,
        function: reward.function,
        kept: sources.get(rewardName(reward)) ?? null,
      })),
    };
  },
};

/** Problems that are carved are rows of the source. */
function sourceOf({ source, validation, test }: DatasetConfig, split: ProblemRecord['split']): string | null {
  const sources = {
    train: source,
    validation: typeof validation === 'string' ? validation : source,
    test: test === undefined ? null : typeof test === 'string' ? test : source,
  };
  return sources[split];
}

function reply(reader: RunReader, request: OutputsRequest): OutputsReply {
  switch (request.kind) {
    case 'steps':
      return { kind: 'steps', steps: readSteps(reader, request.scope, request.after) };
    case 'problems':
      return { kind: 'problems', ...readProblemPage(reader, request.query) };
    case 'completions':
      return { kind: 'completions', ...readCompletionPage(reader, request.query) };
    case 'group':
      return { kind: 'group', group: readGroupPage(reader, request.query) };
    case 'content':
      return { kind: 'content', completion: readContent(reader, request.query) };
  }
}
