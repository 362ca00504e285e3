import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../run/samples.ts';
import { writeComparedRun } from '../support/comparedRuns.ts';
import { jsonLines, rlvr } from './rlvr.ts';

const A = '20260101-120000-aaaa';
const B = '20260102-120000-bbbb';

/** Of 40 problems this many, the first ones. */
function solved(count: number): boolean[] {
  return Array.from({ length: 40 }, (_, problem) => problem < count);
}

function writeRuns(cwd: string): void {
  writeComparedRun(cwd, {
    id: A,
    evaluations: { 0: solved(4), 10: solved(8) },
    experiment: { training: { steps: 20 } },
  });
  // Problem 0 is forgotten, 4 to 29 are learnt.
  const after = solved(30).map((each, problem) => each && problem !== 0);
  writeComparedRun(cwd, {
    id: B,
    evaluations: { 0: solved(4), 10: after },
    test: solved(20),
    experiment: { seed: 2, cost: { perHour: 1, currency: 'EUR' }, optimizer: { learningRate: 1e-4 } },
    files: { 'engine.log': '2026-01-02T12:00:00.000Z warning: <b>half</b> of the groups are dead\n' },
  });
}

test('a report has what was run, what came of it, and what of it can be believed', async () => {
  const cwd = temporaryFolder();
  writeRuns(cwd);
  const { code, stdout, stderr } = await rlvr(['report', B, '--compare', A, '--json'], cwd);
  assert.equal(code, 0, stderr);
  const dir = `report-${B}`;
  assert.deepEqual(
    jsonLines(stdout).map(({ file }) => file),
    ['report.html', 'report.md', 'results.tex'].map((name) => join(dir, name)),
  );
  const markdown = readFileSync(join(cwd, dir, 'report.md'), 'utf8');
  for (const expected of [
    'Held-out accuracy went from 10.0 % to 72.5 %',
    '| validation | 10 | 40 | 1 | 72.5 % |',
    '| test | 10 | 40 | 1 | 50.0 % |',
    `A is sample.`,
    '26 gained, 1 lost, 3 solved at both, 10 at neither',
    '### Lost: problem 0',
    '| optimizer.learningRate | 1e-5 | 1e-4 |',
    String.raw`\<b\>half\</b\> of the groups are dead`,
    'sha256 aaaaaaaa',
    'The validation part was looked at 2 times',
    `cp ${join(cwd, B, 'experiment.json')} /somewhere/${B}.rlvr.json\nrlvr train /somewhere/${B}.rlvr.json --set threads=2\n`,
  ])
    assert.ok(
      markdown.includes(expected.replace('A is sample.', `A is sample (${A}); B is this run.`)),
      `${expected} in\n${markdown}`,
    );
  const html = readFileSync(join(cwd, dir, 'report.html'), 'utf8');
  assert.match(html, /&lt;b&gt;half&lt;\/b&gt; of the groups/);
  assert.match(html, /<svg viewBox/);
  const table = readFileSync(join(cwd, dir, 'results.tex'), 'utf8');
  assert.equal(table.split('\\\\\n').length - 1, 4, 'a head, the other run, and both parts of this one');
});

test('the same run gives the same report, and one without evaluations claims nothing', async () => {
  const cwd = temporaryFolder();
  writeComparedRun(cwd, { id: A, lastStep: 3 });
  for (const out of ['one', 'two']) await rlvr(['report', A, '--out', out], cwd);
  assert.deepEqual(readdirSync(join(cwd, 'one')), ['report.html', 'report.md']);
  const [one, two] = ['one', 'two'].map((out) => readFileSync(join(cwd, out, 'report.html'), 'utf8'));
  assert.equal(one, two);
  assert.match(one ?? '', /Nothing was evaluated, so nothing is claimed/);
});

test('of a run that trained nothing the accuracy is that before training', async () => {
  const cwd = temporaryFolder();
  writeComparedRun(cwd, { id: A, evaluations: { 0: solved(14) }, experiment: { training: { steps: 0 } } });
  const { code, stderr } = await rlvr(['report', A], cwd);
  assert.equal(code, 0, stderr);
  const markdown = readFileSync(join(cwd, `report-${A}`, 'report.md'), 'utf8');
  assert.match(markdown, /Held-out accuracy before training is 35\.0 %/);
  assert.doesNotMatch(markdown, /Nothing was evaluated/);
});

test('a result on the test part alone is said, and is all that is claimed', async () => {
  const cwd = temporaryFolder();
  writeComparedRun(cwd, { id: A, lastStep: 10, test: solved(20) });
  const { code, stderr } = await rlvr(['report', A], cwd);
  assert.equal(code, 0, stderr);
  const markdown = readFileSync(join(cwd, `report-${A}`, 'report.md'), 'utf8');
  assert.match(markdown, /Accuracy on the test split after step 10 is 50\.0 % \(95 % interval/);
  assert.doesNotMatch(markdown, /Nothing was evaluated|Held-out accuracy/);
});
