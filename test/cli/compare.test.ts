import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { firstSolved, writeComparedRun } from '../support/comparedRuns.ts';
import { temporaryFolder } from '../run/samples.ts';
import { jsonLines, rlvr } from './rlvr.ts';

const FIRST = '20260101-120000-aaaa';
const SECOND = '20260101-120100-bbbb';
const OTHER_REWARD = '20260101-120200-cccc';

const cwd = temporaryFolder();
writeComparedRun(cwd, { id: FIRST, evaluations: { 0: firstSolved(10, 100), 20: firstSolved(50, 100) } });
writeComparedRun(cwd, {
  id: SECOND,
  evaluations: { 0: firstSolved(10, 100), 10: firstSolved(75, 100), 20: firstSolved(70, 100) },
  experiment: { optimizer: { learningRate: 5e-4 } },
});
writeComparedRun(cwd, {
  id: OTHER_REWARD,
  evaluations: { 20: firstSolved(90, 100) },
  manifest: { rewardHashes: { correct: 'd'.repeat(64) } },
});

test('runs, what differs, and the verdict in words', async () => {
  const { code, stdout, stderr } = await rlvr(['compare', FIRST, SECOND], cwd);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^ {3}run +experiment +status +steps +held-out accuracy +best$/m);
  assert.match(stdout, /^B {2}20260101-120100-bbbb {2}sample +stopped +20\/20 +70\.0 % \(\d.*\) +75\.0 % at 10$/m);
  assert.match(stdout, /^what differs +A +B\noptimizer\.learningRate +1e-5 +5e-4\n\n/m);
  assert.match(stdout, /^The same: model, dataset, held-out problems, reward code\. Not known: code/m);
  assert.match(
    stdout,
    /^B against A\n {2}Final: B against A, these two runs, on 100 problems: better by 20\.0 points \[.*\]\.$/m,
  );
  assert.match(stdout, /^ {4}solved by both 50, only A 0, only B 20, neither 30$/m);
  assert.match(stdout, /^ {4}Chosen after the fact, the best of 2 of A and 3 of B/m);
});

test('another measure is refused, and the others are compared all the same', async () => {
  const { code, stdout } = await rlvr(['compare', FIRST, OTHER_REWARD, SECOND], cwd);
  assert.equal(code, 0);
  assert.match(stdout, /^B against A\n {2}Not the same measure: /m);
  assert.match(stdout, /^C against A\n {2}Final: C against A, these two runs, on 100 problems: better by/m);
  assert.match(stdout, /Not the same: reward code\./);
});

test('three settings are one table, of each all seeds, and more than ten runs are that alone', async () => {
  const runs = [1e-4, 3e-4, 1e-3].flatMap((learningRate, index) =>
    [0, 1, 2, 3].map((seed) =>
      writeComparedRun(cwd, {
        id: `20260102-12${index}${seed}00-aaaa`,
        evaluations: { 20: firstSolved(50 + 10 * index + seed, 100) },
        experiment: { seed, optimizer: { learningRate } },
      }),
    ),
  );
  const table =
    /^optimizer\.learningRate +seeds +held-out accuracy +against the baseline .*\n0\.001 +4 +71\.5 % \(.*\) +better by 20\.0 points .*\n3e-4 +4 .*\n1e-4 +4 .* baseline/m;
  const { stdout: all } = await rlvr(['compare', ...runs], cwd);
  assert.match(all, table);
  assert.doesNotMatch(all, /A against B/);
  const { stdout: ten } = await rlvr(['compare', ...runs.slice(0, 10)], cwd);
  assert.match(ten, /^Settings\noptimizer\.learningRate +seeds/m);
  assert.match(ten, /^B against A$/m);
});

test('with --json everything is one object', async () => {
  const { code, stdout } = await rlvr(['compare', '--json', FIRST, SECOND], cwd);
  assert.equal(code, 0);
  const [comparison, ...rest] = jsonLines(stdout);
  assert.deepEqual(rest, []);
  assert.equal(comparison?.['event'], 'comparison');
  assert.deepEqual(comparison['parameters'], [{ path: 'optimizer.learningRate', values: [1e-5, 5e-4] }]);
  assert.match(JSON.stringify(comparison['pairs']), /"verdict":"better"/);
});

test('published results stand beside, marked as what they are', async () => {
  const { code, stdout } = await rlvr(['compare', FIRST, SECOND, '--published', 'gsm8k'], cwd);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^Published by others, not measured here\nbenchmark +model +setting +result +source\ngsm8k +GPT-2 124M/m,
  );
  const other = await rlvr(['compare', FIRST, SECOND, '--published', 'aime'], cwd);
  assert.equal(other.code, 1);
  assert.match(other.stderr, /There are no published results for "aime"; there are for gsm8k and math500\./);
});

test('one run is no comparison, and a folder that is no run is named', async () => {
  const one = await rlvr(['compare', FIRST], cwd);
  assert.equal(one.code, 2);
  assert.match(one.stderr, /The second run folder is missing\./);
  const none = await rlvr(['compare', FIRST, 'nowhere'], cwd);
  assert.equal(none.code, 1);
  assert.ok(none.stderr.includes(`${join(cwd, 'nowhere')} is not a run folder`));
});
