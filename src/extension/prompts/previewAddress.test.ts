import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewAddress, previewedExperiment } from './previewAddress.ts';

test('an address says which experiment it is of', () => {
  for (const experiment of ['/project/gsm8k.rlvr.json', '/p & q/ü {1}.rlvr.json'])
    assert.equal(previewedExperiment(previewAddress(experiment).query), experiment);
  assert.equal(previewAddress('/project/gsm8k.rlvr.json').path, '/gsm8k.prompts.txt');
});

test('other addresses are none of ours', () => {
  for (const query of ['', '{', '[]', '{}', '{"experiment":1}', '{"experiment":"/a","more":1}'])
    assert.equal(previewedExperiment(query), null, query);
});
