/** What pinning and debugging read of a run. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { caseMethods } from '../../src/extension/data/caseMethods.ts';
import { Readers } from '../../src/extension/data/readers.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, problem, RUN_ID, stepRecord, temporaryFolder } from '../run/samples.ts';

/** A run in which a problem was drawn twice in step 1, and evaluated. */
function aRun(): string {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  const draws = [0, 1].flatMap((occurrence) =>
    [0, 1, 2].map((sample) => {
      const drawn = completion(1, 2, sample);
      return { ...drawn, key: { ...drawn.key, occurrence }, text: `draw ${occurrence} sample ${sample}` };
    }),
  );
  const evaluated = completion(1, 100, 0, { purpose: 'evaluation', split: 'validation', advantage: null });
  const problems = [problem(2), problem(100, 'validation')];
  writer.writeSteps([stepRecord(0), { ...stepRecord(1), problems, completions: [...draws, evaluated] }]);
  writer.close();
  return dir;
}

test('a completion is read in the group that it was scored in, with the step that its reward was told', () => {
  const readers = new Readers();
  const dir = aRun();
  const key = { step: 1, problem: 2, occurrence: 1, round: 0, sample: 2 };
  const found = caseMethods.storedInput(readers, { dir, purpose: 'rollout', split: 'train', key });
  assert.deepEqual(
    found?.completions.map(({ text }) => text),
    [0, 1, 2].map((sample) => `draw 1 sample ${sample}`),
  );
  assert.equal(found.index, 2);
  assert.equal(found.step, 1);
  assert.deepEqual([found.prompt, found.row], [problem(2).prompt, problem(2).row]);
  assert.equal(found.experimentPath, manifest.experimentPath);
  assert.deepEqual(found.recorded, completion(1, 2, 2).rewards);
});

test('an evaluation is told no step, and what is not there is null', () => {
  const readers = new Readers();
  const dir = aRun();
  const scope = { purpose: 'evaluation', split: 'validation' } as const;
  const key = { step: 1, problem: 100, occurrence: 0, round: 0, sample: 0 };
  const found = caseMethods.storedInput(readers, { dir, ...scope, key });
  assert.equal(found !== null && 'step' in found, false);
  assert.equal(caseMethods.storedInput(readers, { dir, ...scope, key: { ...key, sample: 1 } }), null);
  assert.equal(caseMethods.storedInput(readers, { dir, ...scope, key: { ...key, problem: 7 } }), null);
});

test('completions are found by their places, which go through all draws of a problem', () => {
  const readers = new Readers();
  const dir = aRun();
  const drawn = { step: 1, purpose: 'rollout', split: 'train', problem: 2 } as const;
  const places = [
    { group: drawn, place: 4 },
    { group: { ...drawn, problem: 7 }, place: 0 },
    { group: drawn, place: 0 },
    { group: drawn, place: 6 },
    { group: { step: 1, purpose: 'evaluation', split: 'validation', problem: 100 } as const, place: 0 },
  ];
  const found = caseMethods.placedCompletions(readers, { dir, places });
  assert.deepEqual(
    found.map((one) => one && [one.key.problem, one.key.occurrence, one.key.sample, one.scope.purpose]),
    [[2, 1, 1, 'rollout'], null, [2, 0, 0, 'rollout'], null, [100, 0, 0, 'evaluation']],
  );
  assert.equal(found[0]?.text, 'draw 1 sample 1');
});
