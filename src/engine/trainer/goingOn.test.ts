import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ComputeEndedError } from '../compute/client.ts';
import { ComputeLostError } from '../protocol/errors.ts';
import type { EngineEvent } from '../protocol/events.ts';
import type { EngineContext, Outcome } from './engineContext.ts';
import { goingOn } from './goingOn.ts';
import { GoOnSmaller } from './memoryRetry.ts';

const STARTED = { event: 'started', runDir: 'runs/a', id: 'a', steps: 9 } as const;
const STEP = { event: 'step', step: 1, metrics: {} } as const;

/** Attempts that say something and then end in turn, and what was resumed and warned of. */
async function tried(attempts: readonly { readonly says?: readonly EngineEvent[]; readonly fails?: Error }[]) {
  const left = [...attempts];
  const resumed: string[] = [];
  const warnings: string[] = [];
  const attempt = ({ emit }: EngineContext): Promise<Outcome> => {
    const { says = [], fails } = left.shift() ?? {};
    for (const event of says) emit(event);
    return fails === undefined ? Promise.resolve('finished') : Promise.reject(fails);
  };
  const context: EngineContext = {
    signal: new AbortController().signal,
    emit: (event) => {
      if (event.event === 'warning') warnings.push(event.message);
    },
  };
  const resume = (runDir: string, noted: EngineContext): Promise<Outcome> => {
    resumed.push(runDir);
    return attempt(noted);
  };
  const ended = await goingOn(context, { begin: attempt, resume }).catch((error: unknown) => error);
  return { ended, resumed, warnings };
}

const lost = new ComputeLostError('The node is gone.\nIts traces');

test('a run whose machine is lost is resumed, and that is said in one line', async () => {
  const { ended, resumed, warnings } = await tried([{ says: [STARTED], fails: lost }, {}]);
  assert.equal(ended, 'finished');
  assert.deepEqual(resumed, ['runs/a']);
  assert.match(warnings.join('|'), /^The machine that computed was lost.* The node is gone\.$/);
});

test('what was lost again and again without a step fails; a step begins the count anew', async () => {
  const again = { fails: lost };
  const hopeless = await tried([{ says: [STARTED], fails: lost }, again, again, again, {}]);
  assert.equal(hopeless.ended, lost);
  assert.equal(hopeless.resumed.length, 3);
  const slow = await tried([{ says: [STARTED], fails: lost }, again, again, { says: [STEP], fails: lost }, {}]);
  assert.equal(slow.ended, 'finished');
});

test('a run that has not begun, and every other failure, fail', async () => {
  assert.equal((await tried([{ fails: lost }, {}])).ended, lost);
  const crash = new ComputeEndedError('The compute process exited with 1.');
  assert.equal((await tried([{ says: [STARTED], fails: crash }, {}])).ended, crash);
});

test('a run without memory for so many rows is resumed as often as it takes, between losses too', async () => {
  const smaller = { fails: new GoOnSmaller('smaller') };
  const { ended, resumed, warnings } = await tried([
    { says: [STARTED], ...smaller },
    { fails: lost },
    ...[smaller, smaller, smaller, smaller],
    {},
  ]);
  assert.equal(ended, 'finished');
  assert.equal(resumed.length, 6);
  assert.equal(warnings.length, 1);
});
