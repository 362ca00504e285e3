import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { activated, eventually } from './extension.ts';

const TOOLS = [
  'rlvr_get_run_metrics',
  'rlvr_get_worst_problems',
  'rlvr_list_runs',
  'rlvr_start_training',
  'rlvr_stop_training',
];

/** What the agent is told. The editor's own question before a start is answered with yes while tests run. */
async function call(name: string, input: object): Promise<string> {
  const { token } = new vscode.CancellationTokenSource();
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

describe('tools of agents', () => {
  it('are known to the editor', async () => {
    await activated();
    const names = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('rlvr_'));
    assert.deepEqual(names.sort(), TOOLS);
  });

  it('refuse what does not fit', async () => {
    await assert.rejects(call('rlvr_list_runs', { folder: '/' }), /do not fit.*folder/s);
    await assert.rejects(call('rlvr_get_run_metrics', { run: '../../etc' }), /There is no run/);
    await assert.rejects(call('rlvr_start_training', { experiment: '/etc/passwd' }), /no experiment file/);
    await assert.rejects(
      call('rlvr_start_training', { experiment: 'demo.rlvr.json', overrides: ['rewards[0].file=/tmp/x.ts'] }),
      /do not fit/,
    );
  });

  it('start a training, watch it and stop it', async () => {
    const overrides = ['training.steps=100000', 'threads=1'];
    const started = await call('rlvr_start_training', { experiment: 'demo.rlvr.json', overrides });
    const [run] = /\d{8}-\d{6}-\w{4}/.exec(started) ?? assert.fail(started);
    await eventually('a step', async () =>
      /"step":[1-9]/.test(await call('rlvr_get_run_metrics', { run, points: 2 })) ? true : undefined,
    );
    await call('rlvr_stop_training', { run });
    assert.match(await call('rlvr_list_runs', { status: 'stopped' }), new RegExp(run));
    assert.match(await call('rlvr_get_worst_problems', { run, limit: 1 }), /BEGIN [0-9a-f]{16} untrusted completion/);
    await assert.rejects(call('rlvr_stop_training', { run }), /nothing to stop/);
  });
});
