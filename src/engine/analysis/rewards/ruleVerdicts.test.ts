import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closestRule } from './closestRule.ts';
import { ruleVerdicts } from './ruleVerdicts.ts';

const row = { question: '?', answer: '3 + 4 = 7\n#### 7' };
const texts = ['#### 7', 'It is 7', '#### 8', 'It is 8', '#### 7', '#### 7', '#### 7', '#### 7'];
const rules = ruleVerdicts(texts.map((text) => ({ text, row }))) ?? assert.fail();
const flexible = rules.get('verl-flexible') ?? assert.fail();

test('each rule judges each completion', () => {
  assert.deepEqual([...(rules.get('openai') ?? [])], [1, 0, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual([...flexible], [1, 1, 0, 0, 1, 1, 1, 1]);
  assert.equal(ruleVerdicts([{ text: '#### 7', row: { question: '?' } }]), null);
});

test('a function is held against the rule that it is closest to', () => {
  assert.equal(closestRule(flexible, rules), null, 'it is that rule');
  const almost = Float64Array.from(flexible);
  almost[3] = 1;
  assert.deepEqual(closestRule(almost, rules), { rule: 'verl-flexible', count: 1, first: 3 });
  almost[3] = NaN;
  assert.equal(closestRule(almost, rules), null, 'what has no score agrees');
  assert.equal(
    closestRule(
      flexible.map((value) => 1 - value),
      rules,
    ),
    null,
    'it judges something else',
  );
  assert.equal(
    closestRule(
      flexible.map((value) => value / 2),
      rules,
    ),
    null,
    'its scores are others',
  );
  assert.equal(closestRule(new Float64Array(), rules), null);
});
