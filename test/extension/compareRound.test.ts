import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { ToComparePanel } from '../../src/engine/protocol/panels/compare.ts';
import { DATABASE_FILE } from '../../src/engine/run/layout.ts';
import { RunData } from '../../src/extension/data/runData.ts';
import { CompareRound } from '../../src/extension/panels/compareRound.ts';
import { temporaryFolder } from '../run/samples.ts';
import { writeComparedRun } from '../support/comparedRuns.ts';

const solved = [true, true, false, true];
const unsolved = [false, true, false, false];

function writeRuns(count: number): string[] {
  const folder = temporaryFolder();
  return Array.from({ length: count }, (_, index) =>
    writeComparedRun(folder, { id: `20260101-12000${index}-aaaa`, evaluations: { 0: unsolved, 20: solved } }),
  );
}

/** Numbers that no run of ours has, where only curves and results are read from. */
function damage(runDir: string): void {
  const db = new DatabaseSync(join(runDir, DATABASE_FILE));
  const none = 2n ** 60n;
  db.exec(`UPDATE metrics SET step = -${none} - step; UPDATE groups SET solved = ${none};`);
  db.close();
}

test('one damaged run spoils neither the curves nor the results of the others', async (t) => {
  const [baseline, damaged, good] = writeRuns(3);
  assert.ok(baseline !== undefined && damaged !== undefined && good !== undefined);
  damage(damaged);
  const data = new RunData();
  t.after(() => data.dispose());
  const posted: ToComparePanel[] = [];
  const compared = { runs: [baseline, damaged, good], baseline };
  await new Promise<void>((resolve) => {
    const post = (message: ToComparePanel): void => {
      posted.push(message);
      // The last of the results.
      if (message.type === 'results' && message.of === 'test') resolve();
    };
    const round = new CompareRound(data, { post, setExperiment: () => {} }, compared, ['reward']);
    t.after(() => round.dispose());
  });
  const curves = posted.flatMap((message) => (message.type === 'curves' ? message.curves : []));
  assert.deepEqual([...new Set(curves.map(({ run }) => run))], [baseline, good]);
  const pairs = posted.flatMap((message) =>
    message.type === 'results' ? message.results.pairs.map(({ b }) => `${message.of} ${b}`) : [],
  );
  assert.ok(pairs.includes('final C') && !pairs.includes('final B'), pairs.join(', '));
  const failures = posted.flatMap((message) => (message.type === 'failed' ? [message.message] : []));
  assert.ok(failures.length > 0 && failures.every((message) => message.includes(damaged)), failures.join('\n'));
});
