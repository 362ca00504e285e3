import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { trained } from '../support/replays.ts';
import { answering, HANG_LIMIT, reward, twoTasks } from '../support/trainingProject.ts';
import { jsonLines, rlvr } from './rlvr.ts';

const completionsSchema = z.object({ completions: z.array(z.object({ key: z.object({ problem: z.int() }) })) });

test('rlvr replay', HANG_LIMIT, async (t) => {
  const dir = await trained('gpt2', { lora: { rank: 4 }, training: { iterations: 2 } });

  await t.test('says what came out, and shows the groups', async () => {
    const { code, stdout, stderr } = await rlvr(['replay', dir, '--step', '3'], dir);
    assert.equal(code, 0);
    assert.match(stderr, /^From the policy saved after step 2: the step alone, about .* of computing\.\n$/);
    assert.match(stdout, /^completions +8 of 8 equal$/m);
    assert.match(stdout, /^saved policy and optimiser +2 of 2 equal$/m);
    assert.match(stdout, /^ +2 +1 +8 of 8 +\S+ +\S+$/m);
    assert.match(stdout, /^Replayed step 3: 8 completions, loss and gradient norm equal bit for bit\.$/m);
  });

  await t.test('and the tokens of a problem', async () => {
    const [all] = jsonLines((await rlvr(['replay', dir, '--step', '3', '--json'], dir)).stdout);
    assert.equal(all?.['event'], 'replay');
    const { completions } = completionsSchema.parse(all);
    assert.equal(completions.length, 8);
    const problem = String(completions[0]?.key.problem);
    const { stdout } = await rlvr(['replay', dir, '--step', '3', '--problem', problem, '--pass', '1'], dir);
    assert.match(stdout, /share of pass 1 of 2\.$/m);
    assert.match(stdout, /^token +text +old +new +ratio +clipped +KL +share of the loss$/m);
    assert.match(stdout, /^ +0 +".*" +-\d+\.\d{4} +-\d+\.\d{4} +1\.0000 .* \d+\.\d %$/m);
  });

  await t.test('asks for a step, and for a step and a pass that there are', async () => {
    assert.match((await rlvr(['replay', dir], dir)).stderr, /Say which step: --step N/);
    assert.deepEqual([(await rlvr(['replay', dir, '--step', 'x'], dir)).code], [2]);
    const { code, stderr } = await rlvr(['replay', dir, '--step', '9'], dir);
    assert.equal(code, 1);
    assert.match(stderr, /no training step 9: give one from 1 to 3/);
    for (const pass of ['0', '3']) {
      const refused = await rlvr(['replay', dir, '--step', '3', '--pass', pass], dir);
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, /has passes 1 to 2, and no pass/);
      assert.doesNotMatch(refused.stderr, /From the policy/, 'before anything is computed');
    }
  });

  await t.test('names what differs, and exits with 1', async () => {
    const db = new DatabaseSync(join(dir, 'run.sqlite'));
    db.exec(
      "UPDATE metrics SET value = value + 1 WHERE step = 2 AND metric = (SELECT id FROM metric_names WHERE name = 'loss')",
    );
    db.close();
    const { code, stdout } = await rlvr(['replay', dir, '--step', '2'], dir);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^Replayed step 2, which came out otherwise than recorded \(loss\)\. First of all, loss: recorded \S+, now \S+\.$/m,
    );
    // Nothing is the matter with the step behind it.
    assert.equal((await rlvr(['replay', dir, '--step', '3'], dir)).code, 0);
  });
});

test('rlvr replay of several tasks', HANG_LIMIT, async () => {
  const dir = await trained('gpt2', {
    tasks: twoTasks,
    rewards: [...answering.rewards, reward('brevity')],
    training: { steps: 1, problemsPerStep: 3 },
  });
  const [all] = jsonLines((await rlvr(['replay', dir, '--step', '1', '--json'], dir)).stdout);
  const placed = z.object({ completions: z.array(z.object({ task: z.string(), row: z.int() })) });
  const { completions } = placed.parse(all);
  const more = completions.find(({ task }) => task === 'more') ?? assert.fail();
  const row = String(more.row);
  const named = await rlvr(['replay', dir, '--step', '1', '--task', 'more', '--problem', row], dir);
  assert.match(named.stdout, new RegExp(`^more +${row} +0 `, 'm'));
  assert.match(named.stdout, new RegExp(`^Row ${row} of more: log-probabilities`, 'm'));
  assert.match(
    (await rlvr(['replay', dir, '--step', '1', '--problem', row], dir)).stderr,
    /with --task, things or more/,
  );
  assert.equal((await rlvr(['replay', dir, '--step', '1', '--task', 'more'], dir)).code, 2);
});
