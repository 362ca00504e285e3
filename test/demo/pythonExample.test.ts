/** The example with rewards in Python trains and scores as it is shipped. Needs Python. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { jsonLines, rlvr } from '../cli/rlvr.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';

const summary = z.object({
  completions: z.number(),
  rewards: z.array(
    z.object({ name: z.string(), changed: z.number(), now: z.object({ scored: z.number(), errors: z.number() }) }),
  ),
});

const examples = join(import.meta.dirname, '../../examples');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rlvr-python-')));
after(() => rmSync(folder, { recursive: true }));

test('it trains, and scores what it wrote as it did before', HANG_LIMIT, async () => {
  cpSync(join(examples, 'python'), join(folder, 'python'), { recursive: true });
  cpSync(join(examples, 'demo/problems.jsonl'), join(folder, 'demo/problems.jsonl'));
  const cwd = join(folder, 'python');
  const trained = await rlvr(['train', 'python.rlvr.json', '--json', '--set', 'training.steps=2'], cwd);
  assert.equal(trained.code, 0, trained.stderr);
  const events = jsonLines(trained.stdout);
  assert.equal(events.at(-1)?.['event'], 'done');
  for (const step of events.filter(({ event }) => event === 'step'))
    for (const name of ['correct', 'brief', 'verl']) assert.equal(typeof step[`rewards/${name}/mean`], 'number', name);

  const runs = join('.rlvr', 'runs');
  const [id = ''] = readdirSync(join(cwd, runs));
  const kept = readdirSync(join(cwd, runs, id, 'rewards'), { recursive: true }).map(String);
  for (const file of ['trl_reward.py', 'verl_reward.py', 'numbers_in_text.py'])
    assert.ok(
      kept.some((each) => each.endsWith(file)),
      `${file} in ${kept.join(', ')}`,
    );

  const scored = await rlvr(['score', join(runs, id), '--json'], cwd);
  assert.equal(scored.code, 0, scored.stderr);
  const { completions, rewards } = summary.parse(jsonLines(scored.stdout).at(-1));
  assert.equal(completions, 2 * 32 * 8);
  assert.deepEqual(
    rewards.map(({ name, changed, now }) => [name, changed, now.scored, now.errors]),
    ['correct', 'brief', 'verl'].map((name) => [name, 0, completions, 0]),
  );
});
