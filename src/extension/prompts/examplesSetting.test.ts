import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withExamplesFile } from './examplesSetting.ts';

test('the number, the name or the rows give way to the file; comments stay', () => {
  const text = '{\n  // Mine.\n  "dataset": { "source": "a.jsonl", "fewShot": 2 /* two */ }\n}\n';
  assert.equal(
    withExamplesFile(text, 'examples.jsonl', null),
    '{\n  // Mine.\n  "dataset": { "source": "a.jsonl", "fewShot": "examples.jsonl" /* two */ }\n}\n',
  );
  assert.match(
    withExamplesFile('{ "dataset": { "source": "a" } }', 'e.jsonl', null),
    /"source": "a",\s*"fewShot": "e.jsonl"/,
  );
  const tasks = '{ "tasks": { "a": { "dataset": { "fewShot": 1 } }, "b": { "dataset": { "fewShot": 2 } } } }';
  assert.equal(withExamplesFile(tasks, 'e.jsonl', 'b'), tasks.replace('2', '"e.jsonl"'));
});
