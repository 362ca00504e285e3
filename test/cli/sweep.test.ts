/** `rlvr sweep`: several settings of an experiment, one after another, and what they come to. */
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunManifest } from '../../src/engine/protocol/run.ts';
import { listRunFolders } from '../../src/engine/run/runs.ts';
import type { RunState } from '../../src/engine/run/runState.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { HANG_LIMIT, makeProject, writeExperiment } from '../support/trainingProject.ts';
import { finish, jsonLines, rlvr, start } from './rlvr.ts';

interface Found {
  readonly manifest: RunManifest;
  readonly state: RunState;
  readonly learningRate: number;
  readonly groupSize: number;
}

/** By member of the sweep. */
function runsIn(folder: string): Found[] {
  const found = listRunFolders(join(folder, 'runs')).map((dir): Found => {
    const reader = RunReader.open(dir);
    try {
      const { optimizer, rollout } = reader.experiment();
      const { learningRate } = optimizer;
      return { manifest: reader.manifest, state: reader.state(), learningRate, groupSize: rollout.groupSize };
    } finally {
      reader.close();
    }
  });
  return found.sort((a, b) => (a.manifest.sweep?.member ?? 0) - (b.manifest.sweep?.member ?? 0));
}

const GRID = ['--vary', 'optimizer.learningRate=0.02,0.001', '--vary', 'rollout.groupSize=4,2'];

test('a grid that is killed in the middle goes on where it was, and ends in one table', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  // Enough steps that the end comes before the second run's.
  writeExperiment(project, { training: { steps: 8 } }, 'tiny');
  const { folder } = project;
  const args = ['sweep', 'tiny.rlvr.json', ...GRID, '--runs', 'runs'];

  const child = start([...args, '--json'], folder);
  const killed = await finish(child, (stdout) => {
    const ofSecond = stdout.split('"event":"started"')[2] ?? '';
    if (ofSecond.includes('"event":"step"')) child.kill('SIGKILL');
  });
  assert.equal(killed.code, null, killed.stderr);
  const [first, second, ...none] = runsIn(folder);
  assert.deepEqual(none, []);
  assert.deepEqual([first?.state.status, second?.state.crashed], ['finished', true]);

  const rest = await rlvr(args, folder);
  assert.equal(rest.code, 0, rest.stderr);
  assert.doesNotMatch(rest.stdout, /run 1 of 4/, 'it was finished');
  assert.match(rest.stdout, /^tiny, run 2 of 4: optimizer\.learningRate 0\.02, rollout\.groupSize 2/m);
  const runs = runsIn(folder);
  assert.deepEqual(
    runs.map(({ learningRate, groupSize, state }) => [learningRate, groupSize, state.status]),
    [
      [0.02, 4, 'finished'],
      [0.02, 2, 'finished'],
      [0.001, 4, 'finished'],
      [0.001, 2, 'finished'],
    ],
  );
  assert.deepEqual(
    runs.slice(0, 2).map(({ manifest }) => manifest.id),
    [first?.manifest.id, second?.manifest.id],
    'the one that was killed was resumed',
  );
  assert.match(rest.stdout, /^tiny: 4 of 4 runs finished\.$/m);
  assert.match(rest.stdout, /^rollout\.groupSize +optimizer\.learningRate +seeds +held-out accuracy +against the b/m);
  assert.equal(rest.stdout.match(/^[24] +(0\.02|0\.001) +1 +\d+\.\d % \(.*\) +\S/gm)?.length, 4);
  assert.match(rest.stdout, /^4 +0\.02 +1 .* baseline/m, 'the experiment as it stands');
  assert.match(rest.stdout, /^3 comparisons with the baseline, corrected for their number \(Holm\)\.$/m);
  assert.match(rest.stdout, /Differences are those of these runs/);
  assert.match(rest.stdout, /The best of 4 is optimistic/);

  const again = await rlvr([...args, '--table', '--json'], folder);
  const [table] = jsonLines(again.stdout);
  assert.deepEqual([table?.['event'], table?.['runs'], table?.['finished']], ['sweep', 4, 4]);
});

test('a file says the same, and a run that fails does not end the others', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  writeExperiment(project, { training: { steps: 1 } }, 'tiny');
  const { folder } = project;
  const description = {
    experiment: 'tiny.rlvr.json',
    set: { 'evaluation.every': 0 },
    list: [{ model: 'no-model' }, { 'optimizer.learningRate': 0.01 }],
    seeds: 2,
  };
  writeFileSync(join(folder, 'rates.sweep.json'), JSON.stringify(description));
  const { code, stdout, stderr } = await rlvr(['sweep', 'rates.sweep.json', '--runs', 'runs'], folder);
  assert.equal(code, 1);
  assert.match(stderr, /^rates, run 1 of 4: model no-model, seed 0 failed\.\nrlvr: .*no-model/m);
  assert.match(stdout, /^rates: 2 of 4 runs finished\.$/m);
  assert.match(stdout, /^Run 2 \(model no-model, seed 1\) failed: .*no-model/m);
  assert.match(stdout, /^Go on {2}rlvr sweep rates\.sweep\.json --runs runs$/m);
  const runs = runsIn(folder);
  assert.deepEqual(
    runs.map(({ manifest: { seed, sweep } }) => [seed, sweep?.member, sweep?.members, sweep?.name, sweep?.assigned]),
    [0, 1].map((seed) => [seed, 2 + seed, 4, 'rates', { 'optimizer.learningRate': 0.01 }]),
  );
});

const EDITED = / changed since 2 of 2 runs were trained: .* Restore it, or train all of them again with --anew\./;

test(
  'what is finished is no result of what was edited since: that is said, and all are trained anew',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('gpt2');
    writeExperiment(project, { training: { steps: 1 } }, 'tiny');
    const { folder } = project;
    const args = ['sweep', 'tiny.rlvr.json', '--vary', 'rewards[0].weight=1,2', '--runs', 'runs'];
    const first = await rlvr(args, folder);
    assert.equal(first.code, 0, first.stderr);

    appendFileSync(join(folder, 'rewards.ts'), '\nconsole.log(1);\n');
    const edited = await rlvr(args, folder);
    assert.equal(edited.code, 1);
    assert.match(edited.stderr, EDITED);
    assert.match(edited.stderr, /the reward digits/);
    assert.match(edited.stdout, /^tiny: 2 of 2 runs finished\.$/m, 'what there is is shown');

    const anew = await rlvr([...args, '--anew'], folder);
    assert.equal(anew.code, 0, anew.stderr);
    const ids = runsIn(folder).map(({ manifest: { sweep } }) => sweep?.id ?? '');
    assert.equal(ids.filter((id) => id.endsWith('-2')).length, 2);
    const again = await rlvr(args, folder);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(runsIn(folder).length, 4, 'the new ones are the finished ones now');
  },
);

/** What is done to the files of a sweep while its first run trains, and what that comes to. */
async function editedMeanwhile(vary: string, file: string, edit: (text: string) => string) {
  const project = await makeProject('gpt2');
  writeExperiment(project, { training: { steps: 3 } }, 'tiny');
  const { folder } = project;
  const path = join(folder, file);
  const child = start(['sweep', 'tiny.rlvr.json', '--vary', vary, '--runs', 'runs'], folder);
  let isEdited = false;
  const ended = await finish(child, (stdout) => {
    if (isEdited || !stdout.includes('run 1 of 2') || runsIn(folder).length === 0) return;
    isEdited = true;
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
  });
  assert.ok(isEdited);
  return { ...ended, folder };
}

test('a reward edited in the middle fails the rest, though its weight is what is varied', HANG_LIMIT, async () => {
  const { code, stderr, folder } = await editedMeanwhile('rewards[0].weight=1,2', 'rewards.ts', (text) => {
    return `${text}\nconsole.log(1);\n`;
  });
  assert.equal(code, 1);
  assert.match(stderr, /the reward digits .* changed while the runs before this one were trained/);
  assert.equal(runsIn(folder).length, 1);
});

test('an experiment edited in the middle ends the sweep with its table, a comment does not', HANG_LIMIT, async () => {
  const commented = await editedMeanwhile('optimizer.learningRate=0.02,0.01', 'tiny.rlvr.json', (text) => {
    return `// A comment.\n${text}`;
  });
  assert.equal(commented.code, 0, commented.stderr);
  const edited = await editedMeanwhile('optimizer.learningRate=0.02,0.01', 'tiny.rlvr.json', (text) => {
    return text.replace(/"steps": *3/, '"steps": 4');
  });
  assert.equal(edited.code, 1);
  assert.match(edited.stderr, /tiny\.rlvr\.json or what is varied changed while .* the rest would be another sweep\./);
  assert.match(edited.stdout, /^tiny: 1 of 2 runs finished\.$/m);
  assert.match(edited.stdout, /^Go on {2}rlvr sweep tiny/m);
});

test('one process at a time trains a sweep', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  writeExperiment(project, { training: { steps: 50 } }, 'tiny');
  const { folder } = project;
  const args = ['sweep', 'tiny.rlvr.json', '--seeds', '2', '--runs', 'runs'];
  const child = start([...args, '--json'], folder);
  const others: ReturnType<typeof rlvr>[] = [];
  await finish(child, (stdout) => {
    // Before it has a run that could be seen to be trained.
    if (others.length > 0 || !stdout.includes('"event":"sweepRun"')) return;
    others.push(rlvr(args, folder).finally(() => child.kill('SIGKILL')));
  });
  const { code, stderr } = (await others[0]) ?? assert.fail();
  assert.equal(code, 1);
  assert.match(stderr, /Another process trains the sweep tiny\. Wait for it, or stop it there\./);
});

test('what would be trained is listed, and nothing is started', async () => {
  const project = await makeProject('gpt2');
  writeExperiment(project, {}, 'tiny');
  const { folder } = project;
  const { code, stdout } = await rlvr(['sweep', 'tiny.rlvr.json', ...GRID, '--seeds', '2', '--dry-run'], folder);
  assert.equal(code, 0);
  const lines = stdout.split('\n');
  assert.match(lines[0] ?? '', /^run +optimizer\.learningRate +rollout\.groupSize +seed$/);
  assert.match(lines[8] ?? '', /^ *8 +0\.001 +2 +1$/);
  assert.equal(lines[9], '8 runs; none was started.');
  assert.ok(!readdirSync(folder).includes('.rlvr'));
});

test('a wrong value is told before the first run, with the run and the value', async () => {
  const project = await makeProject('gpt2');
  writeExperiment(project, {}, 'tiny');
  const { folder } = project;
  const wrong = await rlvr(['sweep', 'tiny.rlvr.json', '--vary', 'rollout.groupSize=4,0'], folder);
  assert.equal(wrong.code, 1);
  assert.match(
    wrong.stderr,
    /Run 2 of 2 \(rollout\.groupSize 0\): --set rollout\.groupSize=0 {2}rollout\.groupSize: must/,
  );
  assert.match(wrong.stderr, /Nothing was started\./);
  assert.ok(!readdirSync(folder).includes('.rlvr'));
  for (const [args, message] of [
    [['tiny.rlvr.json'], /Nothing is varied/],
    [['tiny.rlvr.json', '--vary', 'full'], /--vary needs path=value,value/],
    [['a.sweep.json', '--seeds', '2'], /--seeds does not go with/],
  ] as const) {
    const { code, stderr } = await rlvr(['sweep', ...args], folder);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
});
