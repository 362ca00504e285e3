/** What a dataset repository holds at a commit, and which of its files a source means. */
import { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';
import type { ProblemRecord } from '../../protocol/run.ts';
import { isDatasetFile } from '../formats/format.ts';
import { fitsGlob } from './glob.ts';
import { HUB_PREFIX, type HubSource } from '../../protocol/hubSource.ts';

const dataFilesSchema = z.object({ split: z.string(), patterns: z.array(z.string()) });

export const repoIndexSchema = z.object({
  /** Paths in the repository, with `/`, sorted. */
  files: z.array(z.string()),
  /** What the dataset's card says of its configurations; empty where it says nothing. */
  configs: z.array(z.object({ name: z.string(), isDefault: z.boolean(), dataFiles: z.array(dataFilesSchema) })),
});
export type RepoIndex = z.output<typeof repoIndexSchema>;
type RepoConfig = RepoIndex['configs'][number];

/** JSON files that describe a dataset and are none. */
const DESCRIPTIONS: readonly string[] = ['config.json', 'dataset_info.json', 'dataset_infos.json', 'state.json'];

/** How files and folders are called that hold a split, by the hub's own rules. */
const SPLIT_WORDS: Readonly<Record<string, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'val', 'dev'],
  test: ['test', 'testing', 'eval', 'evaluation'],
};

/**
 * Paths of the files that a source means, sorted.
 * @param role the part that they are for: the split of that name is taken where the source names neither files nor split
 * @throws UserError where there are none, or where it is open which, with what there is to choose from
 */
export function selectFiles(index: RepoIndex, source: HubSource, role: ProblemRecord['split']): string[] {
  const files = index.files.filter((file) => isDatasetFile(file) && !DESCRIPTIONS.includes(nameOf(file)));
  const { repo } = source;
  if (files.length === 0)
    throw new UserError(
      `${repo} has no file of problems: JSONL, JSON, CSV or Parquet. Where it has a script in place of data, the hub keeps its rows as Parquet in a branch: hf:${repo}@refs/convert/parquet.`,
    );
  if (source.files !== null) return byGlob(files, source, source.files);
  const split = source.split ?? role;
  return index.configs.length > 0 ? byCard(files, index.configs, source, split) : byName(files, source, split);
}

function byGlob(files: readonly string[], { repo, text }: HubSource, pattern: string): string[] {
  const found = files.filter((file) => fitsGlob(file, pattern));
  if (found.length > 0) return found;
  throw new UserError(`"${text}" fits no file of ${repo}. It has ${listOf(files)}.`);
}

function byCard(files: readonly string[], configs: readonly RepoConfig[], source: HubSource, split: string): string[] {
  const config = configOf(configs, source);
  const wanted = config.dataFiles.filter((entry) => entry.split === split).flatMap(({ patterns }) => patterns);
  const found = files.filter((file) => wanted.some((pattern) => fitsGlob(file, pattern)));
  if (found.length > 0) return found;
  throw noSplit(source, split, [...new Set(config.dataFiles.map((entry) => entry.split))]);
}

function configOf(configs: readonly RepoConfig[], { repo, config: wanted }: HubSource): RepoConfig {
  const [only] = configs;
  const found =
    wanted === null
      ? configs.length === 1
        ? only
        : configs.find(({ name, isDefault }) => isDefault || name === 'default')
      : configs.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = configs.map(({ name }) => name);
  throw new UserError(
    wanted === null
      ? `${repo} has several configurations: ${listOf(names)}. Name one: ${HUB_PREFIX}${repo}?config=${names[0] ?? ''}`
      : `${repo} has no configuration "${wanted}". It has ${listOf(names)}.`,
  );
}

/** Where no card says what is what: by the words in the paths, a configuration being a folder at the top. */
function byName(files: readonly string[], source: HubSource, split: string): string[] {
  const { repo, config } = source;
  const inConfig = config === null ? files : files.filter((file) => file.startsWith(`${config}/`));
  const folders = [...new Set(files.map((file) => file.slice(0, Math.max(0, file.indexOf('/')))))];
  if (inConfig.length === 0)
    throw new UserError(`${repo} has no folder "${config ?? ''}" with problems. It has ${listOf(files)}.`);
  const splits = inConfig.map((file) => splitOf(file));
  const known = [...new Set(splits)].filter((name) => name !== null);
  // Files that name no split are trained on, as the hub has it.
  const found = inConfig.filter((_, index) => (known.length === 0 ? 'train' : splits[index]) === split);
  if (found.length === 0) throw noSplit(source, split, known.length === 0 ? ['train'] : known);
  const tops = new Set(found.map((file) => file.slice(0, Math.max(0, file.indexOf('/')))));
  if (config === null && tops.size > 1)
    throw new UserError(
      `${repo} has problems in several folders: ${listOf(folders)}. Name one: ${HUB_PREFIX}${repo}?config=${[...tops][0] ?? ''}`,
    );
  return found;
}

function splitOf(file: string): string | null {
  const words = file.toLowerCase().split(/[^a-z]+/);
  const [name] = Object.entries(SPLIT_WORDS).find(([, known]) => words.some((word) => known.includes(word))) ?? [];
  return name ?? null;
}

function noSplit({ repo }: HubSource, split: string, known: readonly string[]): UserError {
  return new UserError(
    `${repo} has no split "${split}". It has ${listOf(known)}: name one with ?split=${known[0] ?? 'train'} behind the source.`,
  );
}

/** Enough to choose from. */
const MOST_NAMED = 12;

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} more` : shown;
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
