import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BACK, runSteps, type Answer, type Step } from './steps.ts';

interface Ask {
  asked: boolean;
  readonly canGoBack: boolean;
}
type Words = readonly string[];

/** Runs steps a, b and c, where b asks nothing, with these answers; what was asked and what came of it. */
async function run(
  answers: readonly Answer<string>[],
): Promise<{ readonly result: Words | undefined; readonly asked: string }> {
  const left = [...answers];
  let asked = '';
  const asking =
    (name: string): Step<Words, Ask> =>
    (state, ask) => {
      ask.asked = true;
      asked += ask.canGoBack ? `<${name}` : name;
      const answer = left.shift();
      return Promise.resolve(typeof answer === 'string' ? [...state, answer] : answer);
    };
  const silent: Step<Words, Ask> = (state) => Promise.resolve([...state, '-']);
  const steps = [asking('a'), silent, asking('b'), asking('c')];
  const result = await runSteps<Words, Ask>([], steps, (canGoBack) => ({ asked: false, canGoBack }));
  return { result, asked };
}

test('answers are collected in order', async () => {
  assert.deepEqual(await run(['1', '2', '3']), { result: ['1', '-', '2', '3'], asked: 'a<b<c' });
});

test('the way back passes over what asked nothing and forgets the later answers', async () => {
  assert.deepEqual(await run(['1', BACK, '4', '2', '3']), { result: ['4', '-', '2', '3'], asked: 'a<ba<b<c' });
  assert.deepEqual((await run(['1', '2', BACK, '5', '3'])).result, ['1', '-', '5', '3']);
});

test('giving up at any question gives up', async () => {
  assert.equal((await run([undefined])).result, undefined);
  assert.deepEqual(await run(['1', undefined]), { result: undefined, asked: 'a<b' });
  assert.equal((await run([BACK])).result, undefined);
});
