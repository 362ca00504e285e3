/** The rewards in a written project: copies of their files, and two files that name them. */
import { basename, extname } from 'node:path';
import type { HandedExperiment, HandedReward } from './openExperiment.ts';

/** A file of a project, by its path within it. */
export interface ProjectFile {
  readonly path: string;
  readonly contents: string | Uint8Array;
}

export function rewardFiles(handed: HandedExperiment): readonly ProjectFile[] {
  const folders = foldersOf([...handed.files.keys()]);
  const copies = [...handed.files].flatMap(([file, sources]) =>
    sources.map(({ name, contents }) => ({ path: `${folders.get(file) ?? ''}/${name}`, contents })),
  );
  const entries = new Map(
    [...handed.files].map(([file, [entry]]) => [file, `${folders.get(file) ?? ''}/${entry?.name ?? ''}`]),
  );
  const placed = handed.rewards.map((reward): PlacedReward => ({
    reward,
    file: reward.path === null ? null : (entries.get(reward.path) ?? null),
  }));
  const bridged = placed.filter(({ reward }) => reward.convention === null);
  return [
    ...copies,
    { path: 'rewards.json', contents: json(placed.map(({ reward, file }) => named(reward, file))) },
    ...(bridged.length === 0 ? [] : [scoringFile(handed.modelPath, bridged)]),
  ];
}

interface PlacedReward {
  readonly reward: HandedReward;
  /** Of its copy; null for a built-in one. */
  readonly file: string | null;
}

/** What `rlvr score --stdin` reads: it looks at the rewards alone, and the rest is what an experiment cannot do without. */
function scoringFile(modelPath: string, rewards: readonly PlacedReward[]): ProjectFile {
  const experiment = {
    model: modelPath,
    dataset: { source: 'train.parquet' },
    rewards: rewards.map(({ reward, file }) => ({ ...reward.config, ...(file === null ? {} : { file }) })),
  };
  return { path: 'scoring.rlvr.json', contents: json(experiment) };
}

function named({ name, config, tasks, convention }: HandedReward, file: string | null): object {
  const { function: rewardFunction, weight, options } = config;
  const entry = { name, weight, kind: convention ?? 'rlvr', file, function: rewardFunction, options };
  return tasks === null ? entry : { ...entry, tasks };
}

/** A folder for each reward file, called like it. */
function foldersOf(files: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    files.map((file) => {
      const name = basename(file, extname(file));
      let folder = name;
      for (let i = 2; taken.has(folder); i++) folder = `${name}-${i}`;
      taken.add(folder);
      return [file, `rewards/${folder}`];
    }),
  );
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
