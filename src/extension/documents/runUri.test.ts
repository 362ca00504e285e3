import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, parseQuery, type RunDocument } from './runUri.ts';

const documents: RunDocument[] = [
  { kind: 'kept', runDir: 'C:\\runs & more\\ü', path: 'rewards/0/lib/reward.ts' },
  { kind: 'code', runDir: '/runs/a' },
  { kind: 'dataset', runDir: '/runs/a' },
  { kind: 'none', path: 'rewards/0/reward.ts' },
  { kind: 'replaced', path: '/project/reward.ts', version: 3 },
];

test('an address says what it is of', () => {
  for (const document of documents) assert.deepEqual(parseQuery(addressOf(document).query), document);
});

test('the editor knows the language by the path', () => {
  assert.deepEqual(
    documents.map((document) => addressOf(document).path),
    ['/rewards/0/lib/reward.ts', '/code.diff', '/dataset.jsonl', '/rewards/0/reward.ts', '/reward.ts'],
  );
});

test('other addresses are none of ours', () => {
  for (const query of [
    '',
    '{',
    '[]',
    '{"kind":"kept"}',
    '{"kind":"kept","runDir":"/a","path":"b","more":1}',
    '{"kind":"x"}',
  ])
    assert.equal(parseQuery(query), null, query);
});
