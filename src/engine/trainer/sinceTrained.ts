/** Whether what finished runs were made of is still what lies there: results of before are not to be taken for those of now. */
import { dirname, resolve } from 'node:path';
import { isAsKept } from '../analysis/keptFiles.ts';
import { sourcesAt } from '../analysis/rewardHistory.ts';
import { readSource } from '../data/sources.ts';
import { openModelFolder } from '../model/modelFolder.ts';
import { UserError } from '../protocol/errors.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import type { DatasetOrigin } from '../protocol/run.ts';
import { RunReader } from '../run/reader.ts';
import { startHash } from './openPolicy.ts';

/**
 * What was edited since, in words, each once. Reads every model and dataset: about a second for each gigabyte.
 * @throws UserError where a run cannot be read
 */
export async function changedSinceTrained(runDirs: readonly string[]): Promise<string[]> {
  const hashes = new Map<string, Promise<string | null>>();
  // Many runs are of one model and one dataset, which are read once.
  const once = (key: string, read: () => Promise<string>): Promise<string | null> => {
    const found = hashes.get(key) ?? read().catch(absent);
    hashes.set(key, found);
    return found;
  };
  const changed = new Set<string>();
  for (const dir of runDirs) for (const what of await changedSince(dir, once)) changed.add(what);
  return [...changed];
}

type Once = (key: string, read: () => Promise<string>) => Promise<string | null>;

async function changedSince(dir: string, once: Once): Promise<string[]> {
  const reader = RunReader.open(dir);
  try {
    const { experimentPath, modelPath, modelHash, datasets = [] } = reader.manifest;
    const experiment = reader.experiment();
    const baseDir = dirname(experimentPath);
    const from = experiment.full ? undefined : experiment.lora?.from;
    const adapter = from === undefined ? null : resolve(baseDir, from);
    const model = await once(`model ${modelPath} ${adapter ?? ''}`, async () =>
      startHash(await openModelFolder(modelPath), adapter),
    );
    const data: string[] = [];
    for (const { role, source, sha256 } of datasets)
      if ((await once(`data ${baseDir} ${role} ${source}`, () => hashOf({ role, source }, baseDir))) !== sha256)
        data.push(`the dataset ${source}`);
    const kept = sourcesAt(dir, experiment, reader.rewardVersions(), 0);
    const rewards = experiment.rewards.filter((reward) => {
      const entry = kept.get(rewardName(reward));
      return reward.file !== undefined && entry !== undefined && !isAsKept(dir, entry, resolve(baseDir, reward.file));
    });
    return [
      ...(model === modelHash ? [] : [`the model ${modelPath}${from === undefined ? '' : ` or the adapter ${from}`}`]),
      ...data,
      ...rewards.map((reward) => `the reward ${rewardName(reward)}`),
    ];
  } finally {
    reader.close();
  }
}

async function hashOf(named: Pick<DatasetOrigin, 'role' | 'source'>, baseDir: string): Promise<string> {
  return (await readSource(named, { baseDir, env: process.env })).origin.sha256;
}

/** What is no longer there is not what it was. */
function absent(error: unknown): null {
  if (error instanceof UserError) return null;
  throw error;
}
