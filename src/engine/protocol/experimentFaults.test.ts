import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentFaults } from './experimentFile.ts';

const MINIMAL = '{ "model": "m", "dataset": { "source": "d.jsonl" }, "rewards": [{ "function": "exactMatch" }] }';

test('each fault marks its entry in the text', () => {
  const marked = (text: string): (string | null)[] =>
    experimentFaults(text, 'demo.rlvr.json').map(({ place: { range } }) =>
      range === null ? null : text.slice(range.offset, range.offset + range.length),
    );
  const text = `\uFEFF{
  "model": "m",
  "dataset": { "source": "d.jsonl" },
  "rewards": [{ "function": "a" }, { "function": "a" }],
  "training": { "steps": 1.5, "stepz": { "long": [] } },
  "algorithm": {}
}`;
  assert.deepEqual(marked(text), ['"steps": 1.5', '"stepz"']);
  assert.deepEqual(marked(text.replace('1.5', '2').replace(', "stepz": { "long": [] }', '')), ['{']);
  assert.deepEqual(marked('{ "seed": 1, "seed": 2 }'), ['"seed"']);
  assert.deepEqual(marked('{ "model": nothing }'), ['nothing']);
  assert.deepEqual(experimentFaults(MINIMAL, 'demo.rlvr.json'), []);
  assert.deepEqual(
    ['{ "model": nothing }', '{}'].map((faulty) => experimentFaults(faulty, 'f')[0]?.kind),
    ['syntax', 'meaning'],
  );
});
