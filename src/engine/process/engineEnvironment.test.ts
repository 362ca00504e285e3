import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineEnvironment } from './engineEnvironment.ts';

test('the editor’s program runs as Node, and its own variables stay behind', () => {
  const environment = {
    PATH: '/bin',
    HOME: '/home/eva',
    LD_LIBRARY_PATH: '/usr/local/cuda/lib64',
    VSCODE_PID: '1',
    VSCODE_IPC_HOOK: '/run/x.sock',
    VSCODE_NLS_CONFIG: '{}',
    ELECTRON_NO_ATTACH_CONSOLE: '1',
    ELECTRON_RUN_AS_NODE: '0',
    NODE_OPTIONS: '--require ./bootloader.js',
  };
  const engine = { PATH: '/bin', HOME: '/home/eva', LD_LIBRARY_PATH: '/usr/local/cuda/lib64' };
  assert.deepEqual(engineEnvironment(environment, { electron: true }), { ...engine, ELECTRON_RUN_AS_NODE: '1' });
  assert.deepEqual(engineEnvironment(environment, { electron: false }), engine);
});

test('Windows: names have no case, and what every process needs is kept', () => {
  const environment = {
    SystemRoot: 'C:\\Windows',
    Path: 'C:\\bin',
    windir: 'C:\\Windows',
    vscode_pid: '1',
    Node_Options: '-r x',
  };
  assert.deepEqual(engineEnvironment(environment, { electron: true }), {
    SystemRoot: 'C:\\Windows',
    Path: 'C:\\bin',
    windir: 'C:\\Windows',
    ELECTRON_RUN_AS_NODE: '1',
  });
});

test('no token goes where none is needed', () => {
  const tokens = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'GITHUB_TOKEN', 'OPENAI_API_KEY', 'AWS_SECRET_ACCESS_KEY'];
  const more = ['AWS_ACCESS_KEY_ID', 'DB_PASSWORD', 'wandb_api_key', 'GOOGLE_APPLICATION_CREDENTIALS', 'CLIENT_SECRET'];
  const ours = ['RLVR_JUDGE_KEY', 'RLVR_POLICY_KEY'];
  const environment = Object.fromEntries([...tokens, ...more, ...ours].map((name) => [name, 'canary']));
  assert.deepEqual(engineEnvironment(environment, { electron: false }), {});
});

test('a name that merely has such a word in it is no secret', () => {
  const environment = { TOKENIZERS_PARALLELISM: 'false', SECRET_GARDEN: 'book', NODE_ENV: 'x', SSH_AUTH_SOCK: '/x' };
  assert.deepEqual(engineEnvironment(environment, { electron: false }), environment);
});
