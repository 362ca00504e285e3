/** The reward files of an experiment with all that they import, loaded once, so that they are known to load. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RewardConfig } from '../protocol/experiment.ts';
import { openScorer, type RewardFile } from './scorer.ts';

/** Rejects with UserError where a reward cannot be used. @param baseDir to which reward files are relative */
export async function loadRewardFiles(
  rewards: readonly RewardConfig[],
  baseDir: string,
): Promise<{ readonly files: readonly RewardFile[]; readonly warnings: readonly string[] }> {
  const outDir = await mkdtemp(join(tmpdir(), 'rlvr-rewards-'));
  const warnings: string[] = [];
  try {
    const scorer = await openScorer({ rewards, baseDir, outDir, onWarning: (message) => void warnings.push(message) });
    await scorer.close();
    return { files: scorer.files, warnings };
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
