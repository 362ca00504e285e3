import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place } from '../protocol/scoring.ts';
import { findRewardFunctions, placeOfExport } from './rewardFunctions.ts';

function at(source: string, { line, column, endLine, endColumn }: Place): string {
  const lines = source.split('\n').slice(line, endLine + 1);
  const last = (lines.pop() ?? '').slice(0, endColumn);
  return [...lines, last].join('\n').slice(column);
}

/** `name per` of each reward. */
function found(source: string, named: readonly string[] = [], path = 'reward.ts'): string[] {
  return findRewardFunctions(path, source, named).map(({ name, per, place, namePlace }) => {
    assert.ok(at(source, place).includes(at(source, namePlace)));
    return `${name} ${per}`;
  });
}

test('by type, under the name that it has in the file', () => {
  const source = `
import type { Reward as R, GroupReward, RewardInput } from 'rlvr';
import type * as rlvr from 'rlvr';
import type { Reward as Other } from 'elsewhere';
export const annotated: R<{ answer: string }> = ({ completion }) => 1;
export const qualified: rlvr.GroupReward = (batch) => batch.map(() => 1);
export const imported: import('rlvr').Reward = () => 1;
export const checked = (({ completion }) => 1) satisfies R;
export const cast = ((batch) => []) as GroupReward;
export const made: R = make(() => 1);
export function declared({ completion }: RewardInput): number { return 1; }
export async function group(batch: readonly RewardInput<{ a: 1 }>[]) { return []; }
export const arrays = (batch: ReadonlyArray<RewardInput>) => [];
export default function ({ completion }: RewardInput) { return 1; }
const inner: R = () => 1;
const local: R = () => 1;
export { local, local as renamed };
export const aliased: Grouped = (batch) => [];
export function input(given: Given) { return 1; }
type Grouped = Own;
export type Own = GroupReward<{ answer: string }>;
type Given = RewardInput<{ answer: string }>;
type Round = Trip;
type Trip = Round;
export const circle: Round = () => 1;
export const other: Other = () => 1;
export const plain = () => 1;
export type { R };`;
  assert.deepEqual(found(source), [
    ...['annotated completion', 'qualified group', 'imported completion', 'checked completion', 'cast group'],
    ...['made completion', 'declared completion', 'group group', 'arrays group', 'default completion'],
    ...['local completion', 'renamed completion', 'aliased group', 'input completion'],
  ]);
});

test('by JSDoc in JavaScript', () => {
  const source = `
/** @import { GroupReward } from 'rlvr' */
/** Scores. @type {import('rlvr').Reward<{ answer: string }>} */
export const one = ({ completion }) => 1;
/**
 * Scores.
 * @type {GroupReward}
 */
export function two(batch) { return []; }
/** @type {import('rlvr').RewardInput} */
export const three = {};
/** @satisfies {import("rlvr").Reward} */
export const four = () => 1;`;
  assert.deepEqual(found(source, [], 'reward.js'), ['one completion', 'two group', 'four completion']);
  const common = '/** @type {import("rlvr").Reward} */\nexports.one = () => 1;\nmodule.exports.two = () => 2;';
  assert.deepEqual(found(common, ['two'], 'reward.cjs'), ['one completion', 'two completion']);
  const whole = `
/** @type {import('rlvr').GroupReward} */
function batch(group) { return []; }
module.exports = {
  batch,
  /** @type {import('rlvr').Reward} */
  inside: () => 1,
  /** @type {import('rlvr').Reward} */
  method() { return 1; },
  [computed]: () => 1,
};`;
  assert.deepEqual(found(whole, [], 'reward.cjs'), ['batch group', 'inside completion', 'method completion']);
  assert.deepEqual(found('module.exports = () => 1;', ['default'], 'reward.js'), ['default completion']);
});

test('by the name that experiments know', () => {
  const source = `
export const exits = onBad(() => process.exit(3));
export { far as near } from './far.ts';
export class Helper {}
`;
  assert.deepEqual(found(source, ['exits', 'near', 'absent']), ['exits completion', 'near completion']);
});

test('where they are', () => {
  const source = `
import type { Reward } from 'rlvr';
/** A comment. */
export const correct: Reward<{ answer: string }> = ({ completion, answer }) => {
  return completion === answer;
};
export const two: Reward = () => 2, three: Reward = () => 3;`;
  const [correct, two, three] = findRewardFunctions('reward.ts', source, []);
  assert.ok(correct && two && three);
  assert.equal(at(source, correct.place).slice(0, 20), 'export const correct');
  assert.equal(at(source, correct.namePlace), 'correct');
  assert.equal(at(source, correct.bodyPlace), '{\n  return completion === answer;\n}');
  assert.equal(at(source, two.place), 'two: Reward = () => 2');
  assert.equal(at(source, three.bodyPlace), '3');
});

test('in text that is being typed', () => {
  const head = `import type { Reward } from 'rlvr';\nexport const before: Reward = () => 1;\n`;
  const tail = `\n/** Last. */\nexport const after: Reward = () => 1;\n`;
  const others = ['before completion', 'after completion'];
  for (const typed of [
    'const x = ;',
    'if (',
    '`',
    'foo(',
    'function ',
    'import {',
    'export ',
    'class A {',
    'const before = 2;',
  ])
    assert.deepEqual(found(head + typed + tail), others, typed);
  for (const typed of [
    'export const broken: Reward = ({ completion }) => ',
    'export const broken: Reward<{ a: 1 }> = ({ completion }) => completion.',
    'export const broken: Reward = ({ completion }) => {\n  if (completion.\n  return 1;\n};',
    'export const broken: Reward = ({ completion }) => {\n  const a = 1; const a = 2;\n};',
  ])
    assert.deepEqual(found(head + typed + tail), [others[0], 'broken completion', others[1]], typed);
  const missing = 'export async function named({ completion }) {\n  return completion.match(/a;\n}';
  assert.deepEqual(found(head + missing + tail, ['named']), [others[0], 'named completion', others[1]]);
});

test('a file that is typed from its beginning to its end', () => {
  const whole = `import type { Reward } from 'rlvr';
const DIGITS = /^[0-9]+$/;
export const first: Reward<{ answer: string }> = ({ completion, answer }) => {
  const [, ...marked] = completion.split('#');
  return DIGITS.test(marked.at(-1) ?? \`\${answer}\`) ? 1 : 0;
};
export function second({ completion }) { return completion.length; }
`;
  const complete = whole.indexOf('};') + 2;
  for (let end = 0; end <= whole.length; end++) {
    const text = whole.slice(0, end);
    const lines = text.split('\n');
    const functions = findRewardFunctions('reward.ts', text, ['second']);
    for (const { place } of functions)
      assert.ok(place.endLine < lines.length && place.endColumn <= (lines[place.endLine]?.length ?? 0), text);
    if (end >= complete) assert.equal(functions[0]?.name, 'first', text);
  }
});

test('what is broken has the place that it takes', () => {
  const source = `import type { Reward } from 'rlvr';
export const broken: Reward = ({ completion }) => {
  return completion.;
};

export const after: Reward = () => 1;`;
  const [broken, after] = findRewardFunctions('reward.ts', source, []);
  assert.ok(broken && after);
  assert.equal(at(source, broken.place), source.split('\n').slice(1, 4).join('\n'));
  assert.equal(at(source, broken.namePlace), 'broken');
  assert.equal(at(source, after.namePlace), 'after');
});

test('files of other kinds have none', () => {
  assert.deepEqual(found('export const a: Reward = 1;', ['a'], 'reward.json'), []);
});

test('where a name is exported', () => {
  const lineOf = (source: string, name: string, path = 'reward.js'): string | null => {
    const placed = placeOfExport(path, source, name);
    return placed && `${placed.line} ${at(source, placed)}`;
  };
  const source = [
    'function inner() {}',
    'const correctly = 1;',
    'export async function* $late() {}',
    "export { inner as correct, correctly, far as near } from './far.js';",
    'export { inner as local, correctly };',
    'export class Kept {}',
    'export default (row) => 1;',
  ].join('\n');
  assert.deepEqual(
    ['$late', 'correct', 'near', 'local', 'Kept', 'default', 'absent', '(', ''].map((name) => lineOf(source, name)),
    ['2 $late', '3 correct', '3 near', '0 inner', '5 Kept', '6 (row) => 1', null, null, null],
  );
  assert.equal(lineOf("'use strict';\nexports.correct = () => 1;", 'correct'), '1 correct');
  assert.equal(lineOf('x = 1\ndef correct(text):\n  pass', 'correct', 'reward.py'), '1 correct');
});
