import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { preflight } from '../../src/engine/cli/preflight.ts';
import { forecastSchema } from '../../src/engine/protocol/forecast.ts';
import { HANG_LIMIT, makeProject, writeExperiment } from '../support/trainingProject.ts';
import { jsonLines, rlvr } from './rlvr.ts';

test('rlvr preflight', HANG_LIMIT, async (t) => {
  const project = await makeProject('gpt2');
  const { folder } = project;
  writeExperiment(project, {});

  await t.test('forecasts in a table, and leaves nothing behind', async () => {
    const before = readdirSync(folder);
    const { code, stdout } = await rlvr(['preflight', 'experiment.rlvr.json'], folder);
    assert.equal(code, 0);
    assert.match(stdout, /^Preflight of experiment\nTried 24 completions of 6 problems and 2 held-out problems, in /);
    for (const row of ['Groups with an advantage', 'Truncated completions', 'Time of a step', 'Time in all', 'Memory'])
      assert.match(stdout, new RegExp(`^${row} +\\S.*`, 'm'));
    assert.deepEqual(readdirSync(folder), before);
  });

  await t.test('follows --set, and says it as JSON', async () => {
    const args = ['preflight', 'experiment.rlvr.json', '--set', 'rollout.groupSize=2', '--json'];
    const [{ event, ...found } = { event: null }] = jsonLines((await rlvr(args, folder)).stdout);
    assert.equal(event, 'forecast');
    assert.equal(forecastSchema.parse(found).groupSize, 2);
  });

  await t.test('stops where it is told to, with nothing on its output', async () => {
    const stop = new AbortController();
    let shown = '';
    const stdout = { write: (text: string) => (shown += text) };
    const signal = stop.signal;
    const code = preflight.run(['experiment.rlvr.json'], { stdout, stderr: stdout, signal, env: {}, cwd: folder });
    setImmediate(() => stop.abort());
    assert.equal(await code, 130);
    assert.equal(shown, '');
  });

  await t.test('comes before a run with --preflight, and is held against it by rlvr cost', async () => {
    const { code, stdout } = await rlvr(
      ['train', 'experiment.rlvr.json', '--preflight', '--runs', 'runs', '--json'],
      folder,
    );
    assert.equal(code, 0);
    const events = jsonLines(stdout).map(({ event }) => event);
    assert.equal(events[0], 'forecast');
    assert.ok(events.includes('done'));
    const [run = ''] = readdirSync(join(folder, 'runs'));
    const priced = await rlvr(['cost', join('runs', run)], folder);
    assert.match(priced.stdout, /^Time in all: forecast .* \[.*\], was /m);
    const [json] = jsonLines((await rlvr(['cost', join('runs', run), '--json'], folder)).stdout);
    assert.ok(Array.isArray(json?.['forecast']));
  });
});
