/** Promises: one altered bit of a record is found where it is, and what cannot be computed again says why. */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import type { ReplayCheck } from '../../src/engine/protocol/replay.ts';
import { replayStep } from '../../src/engine/trainer/replay/replayStep.ts';
import { assertEqualBits, checkOf, replay, trained } from '../support/replays.ts';
import { HANG_LIMIT, type Changes } from '../support/trainingProject.ts';

const changes: Changes = { lora: { rank: 4 }, training: { steps: 4 }, evaluation: { every: 2 } };
let original = '';
let copies = '';
before(async () => {
  original = await trained('gpt2', changes);
  copies = mkdtempSync(join(tmpdir(), 'rlvr-replays-'));
}, HANG_LIMIT);
after(() => rmSync(copies, { recursive: true, force: true }));

/** A copy of the run in which something of its database was changed. */
function altered(name: string, alter: (db: DatabaseSync) => void): string {
  const dir = join(copies, name);
  cpSync(original, dir, { recursive: true });
  const db = new DatabaseSync(join(dir, 'run.sqlite'));
  alter(db);
  db.close();
  return dir;
}

function bytesOf(db: DatabaseSync, column: string, id: number): Uint8Array {
  const value = db.prepare(`SELECT ${column} AS bytes FROM contents WHERE id = ?`).get(id)?.['bytes'];
  assert.ok(value instanceof Uint8Array);
  return value;
}

/** The last bit of a number. */
function flipped(value: number): number {
  const bits = new BigUint64Array(Float64Array.of(value).buffer);
  bits[0] = (bits[0] ?? 0n) ^ 1n;
  return new Float64Array(bits.buffer)[0] ?? NaN;
}

/** The id of the third rollout of step 3. */
function thirdOf(db: DatabaseSync): { readonly id: number; readonly place: string } {
  const row = db
    .prepare(
      `SELECT id, problem, sample FROM completions WHERE step = 3 AND purpose = 'rollout' ORDER BY id LIMIT 1 OFFSET 2`,
    )
    .get();
  return { id: Number(row?.['id']), place: `problem ${Number(row?.['problem'])}, sample ${Number(row?.['sample'])}` };
}

function alterMetric(db: DatabaseSync, name: string, step: number): void {
  const where = 'WHERE metric = (SELECT id FROM metric_names WHERE name = ?) AND step = ?';
  const value = db.prepare(`SELECT value FROM metrics ${where}`).get(name, step)?.['value'];
  db.prepare(`UPDATE metrics SET value = ? ${where}`).run(flipped(Number(value)), name, step);
}

/** All checks but one come out; that one differs once, there. */
async function assertOnly(dir: string, step: number, what: ReplayCheck['what'], where: string): Promise<void> {
  const found = await replay(dir, step);
  for (const check of found.checks.filter((one) => one.what !== what)) assert.equal(check.differing, 0, check.what);
  const { differing, first } = checkOf(found, what);
  assert.equal(differing, 1);
  assert.equal(first?.where, where);
  assert.notEqual(first.recorded, first.replayed);
}

test('nothing altered, nothing differs', HANG_LIMIT, async () => assertEqualBits(await replay(original, 3)));

for (const [name, what] of [
  ['loss', 'loss'],
  ['grad_norm', 'gradNorm'],
  ['entropy', 'metrics'],
] as const)
  test(`one bit of ${name}`, HANG_LIMIT, async () => {
    await assertOnly(
      altered(name, (db) => alterMetric(db, name, 3)),
      3,
      what,
      name,
    );
  });

test('one bit of a log-probability', HANG_LIMIT, async () => {
  let place = '';
  const dir = altered('logprob', (db) => {
    const third = thirdOf(db);
    place = third.place;
    const logprobs = Uint8Array.from(bytesOf(db, 'logprobs', third.id));
    logprobs[4] = (logprobs[4] ?? 0) ^ 1;
    db.prepare('UPDATE contents SET logprobs = ? WHERE id = ?').run(logprobs, third.id);
  });
  await assertOnly(dir, 3, 'completions', `${place}, token 1: log-probability`);
});

test(
  'another token: the recorded completion, whose reward is known, takes part in the update',
  HANG_LIMIT,
  async () => {
    let place = '';
    const dir = altered('token', (db) => {
      const third = thirdOf(db);
      place = third.place;
      const tokens = Uint8Array.from(bytesOf(db, 'tokens', third.id));
      tokens[0] = (tokens[0] ?? 0) ^ 1;
      db.prepare('UPDATE contents SET tokens = ? WHERE id = ?').run(tokens, third.id);
    });
    const found = await replay(dir, 3);
    assert.equal(checkOf(found, 'completions').first?.where, `${place}, token 0: token id`);
    assert.equal(checkOf(found, 'completions').differing, 1);
    assert.equal(checkOf(found, 'advantages').differing, 0);
    assert.equal(checkOf(found, 'gradNorm').differing, 1);
  },
);

test('one bit of an advantage', HANG_LIMIT, async () => {
  let place = '';
  const dir = altered('advantage', (db) => {
    const third = thirdOf(db);
    place = third.place;
    const value = db.prepare('SELECT advantage FROM completions WHERE id = ?').get(third.id)?.['advantage'];
    db.prepare('UPDATE completions SET advantage = ? WHERE id = ?').run(flipped(Number(value)), third.id);
  });
  await assertOnly(dir, 3, 'advantages', place);
});

test('a step on the way that was another', HANG_LIMIT, async () => {
  const dir = altered('redone', (db) => alterMetric(db, 'loss', 2));
  rmSync(join(dir, 'checkpoints/step-2'), { recursive: true });
  await assertOnly(dir, 3, 'redone', 'step 2: loss');
});

test('a saved policy that is another', HANG_LIMIT, async () => {
  const dir = altered('state', () => {});
  const file = join(dir, 'state/step-4/adapter_model.safetensors');
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await assertOnly(dir, 4, 'state', 'state/step-4/adapter_model.safetensors, its SHA-256');
});

test('a record that is missing', HANG_LIMIT, async () => {
  const dir = altered('missing', (db) => {
    const { id } = thirdOf(db);
    db.prepare('DELETE FROM completions WHERE id = ?').run(id);
  });
  await assert.rejects(replay(dir, 3), { name: 'UserError', message: /has no record of problem \d+, sample 2/ });
});

test('steps that are none', HANG_LIMIT, async () => {
  await assert.rejects(replay(original, 5), { name: 'UserError', message: /no training step 5: give one from 1 to 4/ });
  await assert.rejects(replay(original, 0), { name: 'UserError', message: /Step 0 is the evaluation/ });
  await assert.rejects(replay(copies, 1), { name: 'UserError', message: /is not a run folder/ });
});

test('a run that learnt from demonstrations', HANG_LIMIT, async () => {
  const dir = await trained('gpt2', { method: 'sft', lora: { rank: 4 } });
  await assert.rejects(replay(dir, 1), { name: 'UserError', message: /nothing was sampled or rewarded/ });
});

test('a model and data that changed since', HANG_LIMIT, async () => {
  const dir = await trained('gpt2', changes);
  const project = join(dir, '../..');
  const config = join(project, 'model/config.json');
  const text = readFileSync(config, 'utf8');
  appendFileSync(config, '\n');
  await assert.rejects(replay(dir, 3), { name: 'UserError', message: /the model .* changed since the run began/ });
  writeFileSync(config, text);
  appendFileSync(join(project, 'train.jsonl'), '{"question": "One more?", "answer": "1"}\n');
  await assert.rejects(replay(dir, 3), { name: 'UserError', message: /the dataset changed since the run began/ });
});

test('cancelled, it ends', HANG_LIMIT, async () => {
  const cancel = new AbortController();
  const replaying = replayStep(
    { runDir: original, step: 3 },
    { onProgress: () => cancel.abort(), onWarning: () => {}, signal: cancel.signal },
  );
  await assert.rejects(replaying);
});
