/** Promise: what a processor rounds otherwise is never gone on with as if it were the same policy. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { replay } from '../support/replays.ts';
import { HANG_LIMIT, makeProject, resume, train } from '../support/trainingProject.ts';

test('a run whose weights in 8 bits had other levels is neither resumed nor replayed here', HANG_LIMIT, async () => {
  const { dir, outcome } = await train(
    await makeProject('gpt2'),
    { lora: { rank: 4, base: 'int8' }, checkpoint: { every: 1 } },
    {
      onEvent: (event, stop) => {
        if (event.event === 'step') stop();
      },
    },
  );
  assert.equal(outcome, 'stopped');
  const db = new DatabaseSync(join(dir, 'run.sqlite'));
  db.exec(
    `UPDATE run SET manifest = json_set(manifest, '$.weightLevels', json_extract(manifest, '$.weightLevels') - 1)`,
  );
  db.close();
  const message = /the processor \(weights in 8 bits have \d+ levels on this one, and had \d+\) changed since/;
  await assert.rejects(resume(dir), { name: 'UserError', message });
  await assert.rejects(replay(dir, 1), { name: 'UserError', message });
});
