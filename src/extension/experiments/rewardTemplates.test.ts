import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRewardTemplates, rewardEntry } from './rewardTemplates.ts';

const library = join(import.meta.dirname, '../../library/rewards');
const templates = readRewardTemplates(library);

test('every module of the library is offered, by a name and a line of its own', () => {
  assert.equal(templates.length, readdirSync(library).length);
  assert.deepEqual(
    templates.slice(0, 3).map(({ label }) => label),
    ['Exact match', 'Number match', 'Boxed answer'],
  );
  assert.equal(new Set(templates.map(({ label }) => label)).size, templates.length);
  for (const { label, detail, text } of templates) {
    assert.match(label, /^[A-Z][\w' ]+$/);
    assert.match(detail, /^[A-Z<\\].{20,110}[^.]$/, label);
    // What is copied runs in a folder that has nothing else.
    for (const [, from = ''] of text.matchAll(/ from '(.+)'/g)) assert.match(from, /^rlvr$|^\.\/\w+\.ts$/, label);
  }
});

test('an experiment is told the function, and that it scores groups', () => {
  const entries = templates.map((template) => rewardEntry(template, 'my reward.ts'));
  assert.equal(entries[0], '{ "file": "my reward.ts", "function": "correct" }');
  assert.ok(entries.includes('{ "file": "my reward.ts", "function": "shortestRight", "per": "group" }'));
});

test('what a module imports comes with it', () => {
  const combined = templates.find(({ function: name }) => name === 'combined');
  assert.deepEqual([...(combined?.imports.keys() ?? [])], ['format.ts', 'lengthPenalty.ts', 'numberMatch.ts']);
  assert.deepEqual(templates[0]?.imports, new Map());
});

test('it is known which of them read the answer', () => {
  const without = templates.filter(({ readsAnswer }) => !readsAnswer).map(({ label }) => label);
  assert.deepEqual(without, [
    'JSON schema',
    'Unit tests',
    'Language model as judge',
    'Format',
    'Think tags',
    'Length penalty',
    'Soft overlong punishment',
    'Repetition penalty',
  ]);
});
