import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../../engine/protocol/link.ts';
import { WorkProgress } from './workProgress.ts';

const TRAIN: Job = { kind: 'train', experimentPath: '/e.rlvr.json', overrides: [], runsDir: '/runs' };
const RESUME: Job = { kind: 'resume', runDir: '/runs/one' };
const EVALUATE: Job = { kind: 'evaluate', path: '/runs/one', split: 'test', overrides: [] };

/** Whether what ended like this can be resumed. */
function resumable(
  job: Job,
  hear: (progress: WorkProgress) => void,
  outcome: 'finished' | 'failed' = 'failed',
): boolean {
  const progress = new WorkProgress(job);
  hear(progress);
  return progress.endOf(outcome, 'why').resumable;
}

test('a run can be resumed if there is one, and this engine has worked on it', () => {
  assert.equal(
    resumable(TRAIN, () => {}),
    false,
  );
  assert.equal(
    resumable(TRAIN, (progress) => progress.welcome('/runs/one')),
    true,
  );
  const started = { event: 'started', runDir: '/runs/one', id: 'one', steps: 3 } as const;
  assert.equal(
    resumable(TRAIN, (progress) => void progress.hear(started)),
    true,
  );
  assert.equal(
    resumable(TRAIN, (progress) => void progress.hear(started), 'finished'),
    false,
  );
  // It names its run from the first; that another engine writes it comes out before it does anything.
  assert.equal(
    resumable(RESUME, (progress) => progress.welcome('/runs/one')),
    false,
  );
  const loading = { event: 'phase', step: 0, phase: 'load', done: 0, total: 1 } as const;
  assert.equal(
    resumable(RESUME, (progress) => void progress.hear(loading)),
    true,
  );
  assert.equal(
    resumable(EVALUATE, (progress) => void progress.hear(started)),
    false,
  );
});

test('warnings are kept once each, and not without end', () => {
  const progress = new WorkProgress(TRAIN);
  assert.equal(progress.hear({ event: 'warning', message: 'slow' }), true);
  assert.equal(progress.hear({ event: 'warning', message: 'slow' }), false);
  for (let i = 0; i < 1000; i++) progress.hear({ event: 'warning', message: `warning ${i}` });
  assert.equal(progress.warnings.length, 100);
  assert.equal(progress.warnings[0], 'slow');
});
