/** `rlvr train`, `--resume` and `eval` from their first line to their exit code. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HANG_LIMIT, makeProject, writeExperiment } from '../support/trainingProject.ts';
import { finish, jsonLines, rlvr, start, type Result } from './rlvr.ts';

/** So many that a run is never at its end when it is stopped. */
const MANY_STEPS = 100_000;

/** Presses Ctrl-C after the first step. */
async function interrupted(args: readonly string[], cwd: string): Promise<Result> {
  const child = start([...args, '--json'], cwd);
  let pressed = false;
  return finish(child, (stdout) => {
    if (pressed || !stdout.includes('"event":"step"')) return;
    pressed = true;
    // Under npm one Ctrl-C arrives twice. Here as two kinds of signal, since two of a kind can be delivered as one.
    child.kill('SIGINT');
    child.kill('SIGTERM');
  });
}

test('Ctrl-C stops a run, which is then resumed from its last step', HANG_LIMIT, async () => {
  const { folder } = await makeProject('gpt2');
  writeExperiment({ folder, model: 'gpt2' }, { training: { steps: MANY_STEPS } });

  const first = await interrupted(['train', 'experiment.rlvr.json'], folder);
  assert.equal(first.code, 130, first.stderr);
  assert.equal(first.stderr, '');
  const events = jsonLines(first.stdout);
  const started = events.find(({ event }) => event === 'started');
  const [id, ...others] = readdirSync(join(folder, '.rlvr', 'runs'));
  assert.deepEqual(others, []);
  assert.equal(started?.['id'], id);
  assert.equal(started?.['steps'], MANY_STEPS);
  const step = events.find(({ event }) => event === 'step');
  assert.equal(step?.['step'], 1);
  assert.equal(typeof step['completions/mean_length'], 'number', 'metrics stand beside the step');
  const stopped = events.at(-1);
  assert.equal(stopped?.['event'], 'stopped');

  const again = await interrupted(['train', '--resume', String(started['runDir'])], folder);
  assert.equal(again.code, 130, again.stderr);
  const resumed = jsonLines(again.stdout);
  assert.equal(resumed.find(({ event }) => event === 'started')?.['resumedFrom'], stopped['step']);
  assert.equal(resumed.find(({ event }) => event === 'step')?.['step'], Number(stopped['step']) + 1);
  assert.equal(resumed.at(-1)?.['event'], 'stopped');
});

test('a run ends with what changed, where it is and what to do next', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  writeExperiment(project, { training: { steps: 2 } }, 'tiny');
  const { folder } = project;

  const trained = await rlvr(['train', 'tiny.rlvr.json', '--runs', 'runs', '--set', 'evaluation.every=1'], folder);
  assert.equal(trained.code, 0, trained.stderr);
  const [id = ''] = readdirSync(join(folder, 'runs'));
  const run = join('runs', id);
  const lines = trained.stdout.split('\n');
  assert.equal(lines[0], `tiny  run ${id}`);
  for (const step of [0, 1, 2]) assert.ok(lines.some((line) => line.startsWith(`step ${step}     held-out accuracy `)));
  assert.ok(lines.some((line) => /^step 2\/2 .*tokens\/s/.test(line)));
  assert.ok(
    lines.some((line) =>
      /^Held-out accuracy went from .* %, on 2 problems: .* points \[.*\], which means little with 2 problems\.$/.test(
        line,
      ),
    ),
  );
  assert.deepEqual(lines.slice(-4), [
    `Run     ${run}`,
    `Export  rlvr export ${run} --metrics metrics.csv`,
    'List    rlvr runs',
    '',
  ]);

  const again = await rlvr(['train', '--resume', run], folder);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /^This run was finished already, with 2 steps\.$/m);

  const evaluated = await rlvr(['eval', run], folder);
  assert.equal(evaluated.code, 0, evaluated.stderr);
  const [accuracy = '', lenient = '', change = ''] = evaluated.stdout.split('\n');
  assert.match(accuracy, /^Held-out accuracy after step 2 is .* % \(95 % interval .*, 2 problems\)\.$/);
  assert.match(lenient, /^By the last number of each completion, in whatever form, it is .* % \(.* to .*\)\.$/);
  assert.match(change, /^Held-out accuracy went from /);
  const noTest = await rlvr(['eval', run, '--split', 'test'], folder);
  assert.equal(noTest.code, 1);
  assert.match(noTest.stderr, /test/);
});
