import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewardTemplates, rewardText } from './rewardTemplates.ts';

test('each template is a file that finds its types, with the part to change selected', () => {
  for (const template of rewardTemplates) {
    const { text, selection } = rewardText(template, 'my reward.ts', 'answer');
    assert.ok(text.startsWith('/// <reference path="./rlvr.d.ts" />\n'), template.label);
    assert.ok(text.includes(`export const ${template.function}: ${template.type}`), template.label);
    assert.ok(text.includes(`"rewards": [{ "file": "my reward.ts", "function": "${template.function}"`));
    assert.equal(text.slice(selection.offset, selection.offset + selection.length), template.select);
    assert.equal(text.indexOf(template.select, selection.offset + 1), -1, `${template.label}: selected once`);
    assert.equal(text.includes('answer'), template.readsAnswer || template.label === 'Format', template.label);
    assert.ok(!text.includes('ANSWER'), template.label);
  }
});

test('the answer is read from the column it is in', () => {
  const [exact] = rewardTemplates;
  assert.ok(exact);
  assert.match(
    rewardText(exact, 'r.ts', 'solution').text,
    /Reward<\{ solution: string \| number \}>.*solution: answer/s,
  );
  assert.match(
    rewardText(exact, 'r.ts', "it's $& odd").text,
    /Reward<\{ 'it\\'s \$& odd': string \| number \}>.*'it\\'s \$& odd': answer/s,
  );
});
