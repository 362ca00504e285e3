import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { firstToChange, rewardTexts, writeRewardFiles } from './rewardFiles.ts';
import { readRewardTemplates, type RewardTemplate } from './rewardTemplates.ts';

const productDir = resolve(import.meta.dirname, '../../..');
const templates = readRewardTemplates(join(productDir, 'src/library/rewards'));

function templateOf(label: string): RewardTemplate {
  return templates.find((template) => template.label === label) ?? assert.fail(label);
}

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'reward-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('each template is a file that finds its types and says how it is used', () => {
  for (const template of templates) {
    const [{ text }] = rewardTexts(template, 'my reward.ts', 'answer');
    assert.ok(text.startsWith('/// <reference path="./rlvr.d.ts" />\n'), template.label);
    assert.ok(text.includes(`"rewards": [{ "file": "my reward.ts", "function": "${template.function}"`));
    assert.ok(text.endsWith(template.text), template.label);
  }
});

const selected: readonly (readonly [string, string])[] = [
  ['Exact match', 'completion.trim() === String(answer).trim() ? 1 : 0'],
  ['Number match', 'const found = lastNumber(completion)'],
  ["GSM8K's rules", "by('openai')"],
  ['Length penalty', '100'],
  ['Repetition penalty', '3'],
  ['Weighted and gated', '0.1'],
];

for (const [label, part] of selected) {
  test(`what to change first in "${label}"`, () => {
    const [{ text }] = rewardTexts(templateOf(label), 'reward.ts', 'answer');
    const { offset, length } = firstToChange(text);
    assert.equal(text.slice(offset, offset + length), part);
  });
}

test('every template has something to change first', () => {
  for (const template of templates) assert.ok(firstToChange(template.text).length > 0, template.label);
});

test('the answer is read from the column it is in, by every file that reads it', () => {
  const texts = (column: string, label = 'Exact match'): string[] =>
    rewardTexts(templateOf(label), 'r.ts', column).map(({ text }) => text);
  assert.match(texts('solution')[0] ?? '', /Reward<\{ solution: string \| number \}>.*solution: answer/s);
  assert.match(
    texts("it's $& odd")[0] ?? '',
    /Reward<\{ 'it\\'s \$& odd': string \| number \}>.*'it\\'s \$& odd': answer/s,
  );
  for (const { label, readsAnswer } of templates) {
    const [text = ''] = texts('solution', label);
    assert.equal(text.includes('{ solution: string | number }'), readsAnswer, label);
    assert.doesNotMatch(text, /(?<!: )answer \}/, label);
  }
  const [, , , number = ''] = texts('solution', 'Weighted and gated');
  assert.match(number, /solution: answer/);
});

test('files that are imported keep their names unless others have them, and are written once', (context) => {
  const folder = temporaryFolder(context);
  const write = (name: string): string => {
    const path = join(folder, name);
    writeRewardFiles(templateOf('Weighted and gated'), { path, mayReplace: false }, 'answer', productDir);
    return readFileSync(path, 'utf8');
  };
  writeFileSync(join(folder, 'format.ts'), '// mine');
  assert.match(write('reward.ts'), /from '\.\/format2\.ts'.*from '\.\/numberMatch\.ts'/s);
  const files = ['format.ts', 'format2.ts', 'lengthPenalty.ts', 'numberMatch.ts', 'reward.ts', 'rlvr.d.ts'];
  assert.deepEqual(readdirSync(folder).sort(), files);
  assert.equal(readFileSync(join(folder, 'format.ts'), 'utf8'), '// mine');
  write('reward2.ts');
  assert.ok(!readdirSync(folder).includes('numberMatch2.ts'));
});

test('a file that is there stays, and nothing is written beside it', (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'reward.ts');
  writeFileSync(path, '// mine');
  assert.throws(
    () => writeRewardFiles(templateOf('Weighted and gated'), { path, mayReplace: false }, 'answer', productDir),
    { name: 'UserError', message: /reward\.ts exists already/ },
  );
  assert.deepEqual(readdirSync(folder), ['reward.ts']);
  assert.equal(readFileSync(path, 'utf8'), '// mine');
});
