/** What an experiment means by a source of problems: a file beside it, or a dataset of the Hugging Face hub that is on this machine. */
import path from 'node:path';
import { hubPlaces, type Environment } from '../hub/hubPlaces.ts';
import type { DatasetConfig } from '../protocol/datasetConfig.ts';
import type { DatasetOrigin, ProblemRecord } from '../protocol/run.ts';
import { readDataset, type Dataset, type DatasetFile } from './dataset.ts';
import { findCached } from './hub/cachedDataset.ts';
import { isHubSource, parseHubSource, pinned } from '../protocol/hubSource.ts';

/** A source with the part that it is for. */
export interface NamedSource {
  readonly role: ProblemRecord['split'];
  readonly source: string;
}

/** The sources of an experiment's dataset; parts that are carved from the first are not among them. */
export function sourcesOf({ source, validation, test }: DatasetConfig): NamedSource[] {
  const named: NamedSource[] = [{ role: 'train', source }];
  if (typeof validation === 'string') named.push({ role: 'validation', source: validation });
  if (typeof test === 'string') named.push({ role: 'test', source: test });
  return named;
}

/** Those that have to be fetched before they can be read. */
export function hubSourcesOf(config: DatasetConfig): NamedSource[] {
  return sourcesOf(config).filter(({ source }) => isHubSource(source));
}

export interface ReadSource extends Dataset {
  readonly origin: DatasetOrigin;
}

/** Where sources are looked for. */
export interface SourcePlaces {
  /** Folder of the experiment file, to which paths are relative. */
  readonly baseDir: string;
  /** The environment variables that say where the hub's files are. */
  readonly env: Environment;
}

/** @throws UserError as `readDataset` and, where a dataset of the hub is not on this machine, `findCached` */
export async function readSource({ role, source }: NamedSource, { baseDir, env }: SourcePlaces): Promise<ReadSource> {
  const { files, commit } = isHubSource(source)
    ? await findCached(parseHubSource(source), role, hubPlaces(env).cacheDir)
    : { files: [localFile(source, baseDir)], commit: null };
  const dataset = await readDataset(source, files);
  const origin = { role, source, revision: commit, sha256: dataset.sha256, rows: dataset.rows.length };
  return { ...dataset, origin };
}

function localFile(source: string, baseDir: string): DatasetFile {
  const file = path.resolve(baseDir, source);
  return { path: file, name: file };
}

/**
 * The dataset as it was read before: sources of the hub at the commits of then, whatever their branches have become. Sources that were
 * others then stay as they are.
 */
export function asReadBefore(config: DatasetConfig, origins: readonly DatasetOrigin[]): DatasetConfig {
  const at = (role: DatasetOrigin['role'], source: string): string => {
    const before = origins.find((origin) => origin.role === role && origin.source === source);
    const revision = before?.revision ?? null;
    return revision === null ? source : pinned(parseHubSource(source), revision);
  };
  const { source, validation, test } = config;
  return {
    ...config,
    source: at('train', source),
    validation: typeof validation === 'string' ? at('validation', validation) : validation,
    ...(typeof test === 'string' ? { test: at('test', test) } : {}),
  };
}
