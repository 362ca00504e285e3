/** Graders for as long as something is scored. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScorer, type Scorer, type ScorerOptions } from '../../reward/scorer.ts';
import type { CommandIO } from '../command.ts';
import { printable } from '../text.ts';

/**
 * Nothing is left when it resolves, no process and no file. Warnings go to stderr. null where the command was stopped meanwhile: what was
 * being scored is given up.
 * @throws UserError where a reward cannot be used
 */
export async function withScorer<Result>(
  rewards: Pick<ScorerOptions, 'rewards' | 'baseDir'>,
  { stderr, signal }: Pick<CommandIO, 'stderr' | 'signal'>,
  use: (scorer: Scorer) => Promise<Result>,
): Promise<Result | null> {
  const outDir = mkdtempSync(join(tmpdir(), 'rlvr-score-'));
  try {
    const onWarning = (message: string): void => void stderr.write(`${printable(message)}\n`);
    const scorer = await openScorer({ ...rewards, outDir, onWarning });
    try {
      return await Promise.race([use(scorer), aborted(signal)]);
    } finally {
      await scorer.close();
    }
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
