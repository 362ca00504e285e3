/** `rlvr train --seeds` and `--control`: several runs of one experiment, one after another. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import { HANG_LIMIT, makeProject, writeExperiment } from '../support/trainingProject.ts';
import { finish, rlvr, start } from './rlvr.ts';

test(
  'seeds of an experiment and of its controls are ordinary runs, measured on the same problems',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('gpt2');
    writeExperiment(project, { training: { steps: 1 } }, 'tiny');
    const { folder } = project;

    const seeds = await rlvr(['train', 'tiny.rlvr.json', '--runs', 'runs', '--seeds', '2'], folder);
    assert.equal(seeds.code, 0, seeds.stderr);
    assert.deepEqual(seeds.stdout.match(/^tiny, seed \d/gm), ['tiny, seed 0', 'tiny, seed 1']);
    const both = ['--control', 'random-reward', '--control', 'no-training'];
    const controls = await rlvr(['train', 'tiny.rlvr.json', '--runs', 'runs', ...both], folder);
    assert.equal(controls.code, 0, controls.stderr);
    assert.match(controls.stdout, /^Held-out accuracy before training is /m);
    assert.doesNotMatch(controls.stdout, /finished already/);

    const runs = readdirSync(join(folder, 'runs'))
      .sort()
      .map((id) => join('runs', id));
    const found = runs.map((run) => {
      const reader = RunReader.open(join(folder, run));
      try {
        const { control, seed, training, rewards, evaluation } = reader.experiment();
        const trained = rewards.filter(({ weight }) => weight !== 0).map(({ function: name }) => name);
        const problems = reader.problems('validation').map(({ problem }) => problem);
        const chance = rewards.find(({ function: name }) => name === 'random')?.options;
        return { chance, control, seed, steps: training.steps, trained, solvedBy: evaluation.reward, problems };
      } finally {
        reader.close();
      }
    });
    const [first, second, random, none] = found;
    assert.ok(first && second && random && none);
    assert.equal(found.length, 4);
    assert.deepEqual([first.seed, second.seed], [0, 1]);
    assert.deepEqual([random.control, random.trained], ['random-reward', ['random']]);
    assert.deepEqual(random.chance, { seed: 0 }, 'of its run');
    assert.equal(random.solvedBy, first.trained[0]);
    assert.deepEqual([none.control, none.steps], ['no-training', 0]);
    for (const { problems } of found) assert.deepEqual(problems, first.problems);

    const compared = await rlvr(['compare', ...runs], folder);
    assert.equal(compared.code, 0, compared.stderr);
    assert.match(compared.stdout, /^A, B differ in their seed alone: .* on the same problems/m);
    assert.match(compared.stdout, /C is a control, trained on a random reward\./);
    assert.match(compared.stdout, /^control +not set +not set +random-reward +no-training$/m);
  },
);

for (const [what, file, edited, message] of [
  ['the experiment', 'tiny.rlvr.json', (text: string) => text.replace('0.02', '0.5'), /tiny\.rlvr\.json changed while/],
  ['a reward', 'rewards.ts', (text: string) => `${text}\nconsole.log(1);\n`, /the reward digits .* changed while/],
] as const)
  test(
    `${what} that is edited while the first seed is trained ends the row, and is no other recipe`,
    HANG_LIMIT,
    async () => {
      const project = await makeProject('gpt2');
      writeExperiment(project, { training: { steps: 2 } }, 'tiny');
      const path = join(project.folder, file);
      const before = readFileSync(path, 'utf8');
      assert.notEqual(edited(before), before);
      const args = ['train', 'tiny.rlvr.json', '--runs', 'runs', '--seeds', '2', '--json'];
      const { code, stdout, stderr } = await finish(start(args, project.folder), (so) => {
        if (so.includes('"event":"started"')) writeFileSync(path, edited(before));
      });
      assert.equal(code, 1, stdout);
      assert.match(stderr, message);
      assert.match(stderr, /another recipe/);
      assert.equal(readdirSync(join(project.folder, 'runs')).length, 1);
    },
  );
