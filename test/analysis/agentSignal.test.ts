import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';
import { runMetricsText } from '../../src/engine/analysis/agents/runMetrics.ts';
import { runMetricsInput } from '../../src/engine/protocol/agentTools.ts';
import { signalRun } from '../support/signalRuns.ts';

test('an agent is told of groups without signal and of signs of hacking', () => {
  const dir = signalRun({ steps: 100, hacked: true });
  const text = runMetricsText({ runsDirs: [dirname(dir)], runDirs: [] }, runMetricsInput.parse({ run: basename(dir) }));
  const answer: unknown = JSON.parse(text.slice(text.indexOf('\n')));
  assert.ok(typeof answer === 'object' && answer !== null && 'signal' in answer && 'hackingSigns' in answer);
  assert.deepEqual(answer.signal, {
    steps: [91, 100],
    groups: 90,
    dead: 70,
    causes: {
      ...{ 'all right': 20, 'all wrong': 10, 'no answer found': 10, 'all cut off': 10 },
      ...{ 'rewards cancel': 10, 'reward failed': 10 },
    },
  });
  assert.match(JSON.stringify(answer.hackingSigns), /Reward rises while held-out accuracy falls/);
});
