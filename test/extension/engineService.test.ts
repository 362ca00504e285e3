/** The engine of a window that has no run: it scores, looks at the machine, and goes when nobody asks any more. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { ENDPOINT_FILE, endpointSchema } from '../../src/engine/protocol/link.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { isRunning, until } from '../support/processes.ts';
import { HANG_LIMIT, makeProject, reward, train } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow, processTree } from '../support/windowEngines.ts';
import { runQuestion } from '../support/scoreQuestions.ts';

/** The processes of the one engine there. */
function serviceProcesses(sessionsDir: string): number[] {
  const [id = assert.fail('no engine'), ...more] = readdirSync(sessionsDir);
  assert.deepEqual(more, []);
  const endpoint: unknown = JSON.parse(readFileSync(join(sessionsDir, id, ENDPOINT_FILE), 'utf8'));
  return processTree(endpointSchema.parse(endpoint).pid);
}

test(
  'completions are scored by the reward files as they are now; an engine that crashed is replaced',
  HANG_LIMIT,
  async (t) => {
    const sessionsDir = makeSessionsFolder();
    const project = await makeProject('gpt2');
    const rewards = [reward('digits'), { ...reward('troubled'), weight: 0, timeout: 1 }];
    const { dir: runDir } = await train(project, { rewards, training: { steps: 1 } });
    const reader = RunReader.open(runDir);
    const record = reader.completionsOfStep(1).find(({ purpose }) => purpose === 'rollout') ?? assert.fail();
    const { problem } = record.key;
    const group = reader
      .completionsOfStep(1)
      .filter(({ key, purpose }) => purpose === 'rollout' && key.problem === problem);
    reader.close();
    const question = runQuestion(runDir, [{ step: 1, purpose: 'rollout', split: 'train', problem }]);

    const { engines } = openWindow(t, sessionsDir);
    const scores = await engines.questions.score(question);
    assert.deepEqual(scores.rewards, ['digits', 'troubled']);
    assert.deepEqual(scores.samples, [group.length]);
    assert.deepEqual(
      [...scores.combined],
      group.map((completion) => completion.reward),
    );
    assert.equal(scores.byReward.length, 2);
    assert.deepEqual(scores.byReward[0], scores.combined);
    const broken = scores.errors.find(({ reward: name, completion }) => name === 'troubled' && completion === 0);
    assert.match(broken?.message ?? '', /broken on purpose/);
    assert.ok(Number.isNaN(scores.byReward[1]?.[0]));
    assert.deepEqual(engines.handles, [], 'it is no engine of a run');

    const processes = serviceProcesses(sessionsDir);
    const [pid = assert.fail()] = processes;
    const file = join(project.folder, 'rewards.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('completion ===', 'true || completion ==='));
    const edited = await engines.questions.score(question);
    assert.deepEqual(
      [...edited.combined],
      Array.from(group, () => 0),
    );
    assert.ok(isRunning(pid), 'the same engine answers');

    process.kill(pid, 'SIGKILL');
    await until(() => !processes.some(isRunning) && readdirSync(sessionsDir).length === 0);
    assert.deepEqual(await engines.questions.score(question), edited);
    writeFileSync(file, 'export const = ;');
    await assert.rejects(
      engines.questions.score(question),
      (error) => error instanceof UserError && error.message.includes('rewards.ts'),
    );

    const last = serviceProcesses(sessionsDir);
    engines.dispose();
    await until(() => !last.some(isRunning));
  },
);

test('several questions at once have one engine, which ends when nobody asks any more', HANG_LIMIT, async (t) => {
  const sessionsDir = makeSessionsFolder();
  const { engines } = openWindow(t, sessionsDir, { timings: { serviceIdle: 300 } });
  const answers = await Promise.all([engines.questions.check(null), engines.questions.check(sessionsDir)]);
  for (const checks of answers) {
    assert.equal(checks.find(({ name }) => name === 'node:sqlite')?.status, 'ok');
    assert.equal(checks.find(({ name }) => name === 'ONNX Runtime')?.status, 'ok');
  }
  const processes = serviceProcesses(sessionsDir);
  await until(() => !processes.some(isRunning));
  await until(() => readdirSync(sessionsDir).length === 0);
});
