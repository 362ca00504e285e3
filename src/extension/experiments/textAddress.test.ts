import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DATA_TEXT, experimentOfText, FORECAST_TEXT, PROMPTS_TEXT, textAddress } from './textAddress.ts';

test('an address says which experiment it is of, and what of it', () => {
  for (const text of [DATA_TEXT, FORECAST_TEXT, PROMPTS_TEXT])
    for (const experiment of ['/project/gsm8k.rlvr.json', '/p & q/ü {1}.rlvr.json'])
      assert.equal(experimentOfText(textAddress(text, experiment).query), experiment);
  assert.equal(textAddress(DATA_TEXT, '/project/gsm8k.rlvr.json').path, '/gsm8k.data.txt');
});

test('other addresses are none of ours', () => {
  for (const query of ['', '{', '[]', '{}', '{"experiment":1}', '{"experiment":"/a","more":1}'])
    assert.equal(experimentOfText(query), null, query);
});
