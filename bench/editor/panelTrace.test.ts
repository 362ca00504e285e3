import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelTasks, type Trace } from './panelTrace.ts';

const event = (name: string, ts: number, dur: number, data?: object, tid = 1): object => ({
  ...{ name, ph: 'X', pid: 7, tid, ts, dur, tdur: dur / 2, args: data ? { data } : {} },
});

const trace: Trace = {
  traceEvents: [
    event('FunctionCall', 1100, 300, { url: 'https://panel/dist/webview/dashboard.js', frame: 'A' }),
    event('RunTask', 1000, 4000),
    event('Layout', 2000, 500, { frame: 'P' }),
    event('RunTask', 6000, 8000),
    event('FunctionCall', 6000, 7000, { url: 'https://editor/workbench.js', frame: 'A' }),
    event('RunTask', 20_000, 2000),
    event('Paint', 20_500, 100, { frame: 'P' }),
    event('RunTask', 20_000, 9000, undefined, 2),
    { name: 'thread_name', ph: 'M', pid: 7, tid: 1, ts: 0, args: {} },
    'not an event',
  ],
};

test('tasks with a script or a frame of the panel, each once, by the time of their thread', () => {
  assert.deepEqual(
    panelTasks(trace, new Set(['P']), (url) => url.includes('/dist/webview/')),
    [2, 1],
  );
});
