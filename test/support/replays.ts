/** Steps computed again, as a test asks for them. */
import assert from 'node:assert/strict';
import type { Replay, ReplayCheck, ReplayProgress } from '../../src/engine/protocol/replay.ts';
import type { ReplayContext } from '../../src/engine/trainer/replay/openReplay.ts';
import { replayStep } from '../../src/engine/trainer/replay/replayStep.ts';
import type { TinyModel } from './tinyModel.ts';
import { makeProject, train, type Changes } from './trainingProject.ts';

/** The folder of a run of a tiny experiment that nobody evaluates. */
export async function trained(model: TinyModel, changes: Changes): Promise<string> {
  const { outcome, dir } = await train(await makeProject(model), { evaluation: { every: 0 }, ...changes });
  assert.equal(outcome, 'finished');
  return dir;
}

export async function replay(
  runDir: string,
  step: number,
  progress: ReplayProgress[] = [],
  limits: Pick<ReplayContext, 'memoryLimit'> = {},
): Promise<Replay> {
  const { signal } = new AbortController();
  const onProgress = (one: ReplayProgress): void => void progress.push(one);
  return replayStep({ runDir, step }, { onProgress, onWarning: () => {}, signal, ...limits });
}

export function checkOf({ checks }: Replay, what: ReplayCheck['what']): ReplayCheck {
  const found = checks.find((one) => one.what === what);
  assert.ok(found);
  return found;
}

export function assertEqualBits(found: Replay): void {
  for (const { what, differing, first } of found.checks)
    assert.equal(differing, 0, `${what}: ${JSON.stringify(first)}`);
  for (const what of ['completions', 'advantages', 'loss', 'gradNorm', 'metrics'] as const)
    assert.ok(checkOf(found, what).values > 0, what);
}
