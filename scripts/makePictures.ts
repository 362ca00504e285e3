/** Takes the README's pictures, `docs/images`, in a real workbench while scenarios are played: `npm run make-pictures`. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chosenVersion } from '../test/workbench/install.ts';

/** Pictures, and the moments of the scenarios that they show. */
const PICTURES = {
  'dashboard.png': 'first five minutes 6 result.png',
  'outputs.png': 'first five minutes 5 new scores.png',
  'compare.png': 'first five minutes 8 compare.png',
  'live-scores.png': 'live scores 3 typed.png',
};

const SCENARIOS = ['test/e2e/firstFiveMinutes.e2e.ts', 'test/e2e/liveScores.e2e.ts'];

const root = path.resolve(import.meta.dirname, '..');
const artifacts = mkdtempSync(path.join(tmpdir(), 'rlvr-pictures-'));
try {
  const { status } = spawnSync(process.execPath, ['scripts/test.ts', '--one-at-a-time', ...SCENARIOS], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, RLVR_EXTENSION: 'dist-vsix', RLVR_ARTIFACTS: artifacts },
  });
  if (status !== 0) throw new Error('A scenario failed, so the pictures stay as they are.');
  for (const [picture, moment] of Object.entries(PICTURES))
    copyFileSync(path.join(artifacts, chosenVersion(), moment), path.join(root, 'docs/images', picture));
} finally {
  rmSync(artifacts, { recursive: true, force: true });
}
