import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tasksOf, type CpuProfile } from './cpuProfile.ts';

const node = (id: number, functionName: string, url = '', children: number[] = []): CpuProfile['nodes'][number] => ({
  id,
  callFrame: { functionName, url },
  children,
});

/** Root 1 has: waiting 2, the editor's frame 3 over ours 4 over a library's 5, and the editor's own 6. */
const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 3, 6]),
    node(2, '(idle)'),
    node(3, 'run', 'vscode.js', [4]),
    node(4, 'refresh', 'dist/extension.js', [5]),
    node(5, 'parse', 'node:json'),
    node(6, 'beat', 'vscode.js'),
  ],
  samples: [2, 3, 5, 2, 6, 2],
  timeDeltas: [0, 100, 200, 3000, 400, 500],
};

test('a task lasts until the thread waits, and is ours with one frame of ours below any other; a long gap was no running', () => {
  assert.deepEqual(
    tasksOf(profile, (url) => url.startsWith('dist/')),
    [
      { milliseconds: 3.2, running: 1.2, ours: true },
      { milliseconds: 0.5, running: 0.5, ours: false },
    ],
  );
});
