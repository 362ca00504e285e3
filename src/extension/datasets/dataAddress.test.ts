import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataAddress, describedExperiment } from './dataAddress.ts';

test('an address says which experiment it is of', () => {
  for (const experiment of ['/project/gsm8k.rlvr.json', '/p & q/ü {1}.rlvr.json'])
    assert.equal(describedExperiment(dataAddress(experiment).query), experiment);
  assert.equal(dataAddress('/project/gsm8k.rlvr.json').path, '/gsm8k.data.txt');
});

test('other addresses are none of ours', () => {
  for (const query of ['', '{', '[]', '{}', '{"experiment":1}', '{"experiment":"/a","more":1}'])
    assert.equal(describedExperiment(query), null, query);
});
