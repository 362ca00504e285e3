import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tasksOf, type CpuProfile } from './cpuProfile.ts';

const node = (id: number, functionName: string, url = '', children: number[] = []): CpuProfile['nodes'][number] => ({
  id,
  callFrame: { functionName, url },
  children,
});

/** Root 1 has: waiting 2, the editor's frame 3 over ours 4 over a library's 5, the editor's own 6, and the collector 7. */
const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 3, 6, 7]),
    node(2, '(idle)'),
    node(3, 'run', 'vscode.js', [4]),
    node(4, 'refresh', 'dist/extension.js', [5]),
    node(5, 'parse', 'node:json'),
    node(6, 'beat', 'vscode.js'),
    node(7, '(garbage collector)'),
  ],
  samples: [2, 3, 5, 7, 2, 6, 2],
  timeDeltas: [0, 100, 200, 3000, 250, 400, 500],
};

test('a task lasts until the thread waits, and what our frames and the collector took of it is told; a long gap was no running', () => {
  assert.deepEqual(
    tasksOf(profile, (url) => url.startsWith('dist/')),
    [
      { milliseconds: 3.45, running: 1.45, own: 1, collecting: 0.25 },
      { milliseconds: 0.5, running: 0.5, own: 0, collecting: 0 },
    ],
  );
});
