/**
 * The layers of `eslint.config.js` are enforced: each of these deliberately wrong files is refused, each right one passes.
 * The files do not exist; their text is linted under a pretended path, with the rules that need no types.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const root = path.resolve(import.meta.dirname, '../..');
const eslint = new ESLint({
  cwd: root,
  overrideConfig: { ...tseslint.configs.disableTypeChecked, linterOptions: { reportUnusedDisableDirectives: 'off' } },
});

/** What the layer rules say about `code`, were it the file `file`. */
async function layerErrors(file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: path.join(root, file) });
  const messages = results.flatMap((result) => result.messages);
  const broken = messages.find((message) => message.fatal === true);
  assert.equal(broken, undefined, `${file} could not be linted: ${broken?.message ?? ''}`);
  return messages.filter(({ ruleId }) => ruleId?.startsWith('boundaries/') === true).map(({ message }) => message);
}

function noWay(from: string, to: string): RegExp {
  return new RegExp(`no policy allowing dependencies from file of category "${from}" to file of category "${to}"`);
}

const noRoom = /does not match any file pattern/;

const wrong: readonly (readonly [why: string, file: string, code: string, error: RegExp])[] = [
  [
    'protocol is a leaf',
    'src/engine/protocol/pretended.ts',
    `export * from '../random/philox.ts';`,
    noWay('protocol', 'random'),
  ],
  [
    'data flows one way: a reward knows nothing of advantages',
    'src/engine/reward/pretended.ts',
    `export * from '../grpo/advantage.ts';`,
    noWay('reward', 'grpo'),
  ],
  [
    'types count as imports',
    'src/engine/onnx/pretended.ts',
    `import type { Experiment } from '../protocol/experiment.ts'; export type Config = Experiment;`,
    noWay('onnx', 'protocol'),
  ],
  [
    'dynamic imports count too',
    'src/engine/random/pretended.ts',
    `export const errors = import('../protocol/errors.ts');`,
    noWay('random', 'protocol'),
  ],
  [
    'data knows of model only the tokenizer',
    'src/engine/data/pretended.ts',
    `export * from '../model/lora.ts';`,
    /data may import only the tokenizer/,
  ],
  [
    'only onnx talks to ONNX Runtime',
    'src/engine/rollout/pretended.ts',
    `import { InferenceSession } from 'onnxruntime-node'; export { InferenceSession };`,
    /Only onnx may import onnxruntime-node/,
  ],
  [
    'the engine knows no editor',
    'src/engine/trainer/pretended.ts',
    `import * as vscode from 'vscode'; export { vscode };`,
    /Only extension may import vscode/,
  ],
  [
    'one room starts processes',
    'src/engine/compute/pretended.ts',
    `import { spawn } from 'node:child_process'; export { spawn };`,
    /Only process may import child_process/,
  ],
  [
    'with or without the prefix node:',
    'src/engine/compute/pretended.ts',
    `import { spawn } from 'child_process'; export { spawn };`,
    /Only process may import child_process/,
  ],
  [
    'one room talks to the database',
    'src/engine/trainer/pretended.ts',
    `import { DatabaseSync } from 'node:sqlite'; export { DatabaseSync };`,
    /Only run may import sqlite/,
  ],
  [
    'production does not import tests',
    'src/engine/protocol/pretended.ts',
    `export * from './nearest.test.ts';`,
    noWay('protocol', 'test'),
  ],
  [
    'nor tools',
    'src/engine/trainer/pretended.ts',
    `export * from '../../../scripts/build.ts';`,
    noWay('trainer', 'tool'),
  ],
  [
    'the trainer trains on the machine as it is',
    'src/engine/trainer/pretended.ts',
    `export * from '../doctor/machineChecks.ts';`,
    noWay('trainer', 'doctor'),
  ],
  [
    'the terminal and the editor have doors of their own',
    'src/engine/main/pretended.ts',
    `export * from '../cli/commands.ts';`,
    noWay('editorDoor', 'cli'),
  ],
  [
    'the extension host computes nothing itself',
    'src/extension/pretended.ts',
    `export * from '../engine/grpo/advantage.ts';`,
    noWay('extension', 'grpo'),
  ],
  [
    'an example works wherever it is copied',
    'examples/pretended/rewards.ts',
    `import type { Reward } from '../../src/library/types.ts'; export const one: Reward = () => 1;`,
    noWay('example', 'library'),
  ],
  [
    'what goes into rewards brings nothing of the engine',
    'src/library/pretended.ts',
    `export * from '../engine/protocol/errors.ts';`,
    noWay('library', 'protocol'),
  ],
  [
    'nor of Node',
    'src/library/pretended.ts',
    `import fs from 'node:fs'; export { fs };`,
    /library is bundled into reward code/,
  ],
  [
    'only rewards are made of the library',
    'src/engine/trainer/pretended.ts',
    `export * from '../../library/numbers.ts';`,
    noWay('trainer', 'library'),
  ],
  [
    'a panel gets types, not code',
    'src/webview/pretended.ts',
    `import { UserError } from '../engine/protocol/errors.ts'; export { UserError };`,
    noWay('webview', 'protocol'),
  ],
  [
    'a panel has no Node',
    'src/webview/pretended.ts',
    `import fs from 'node:fs'; export { fs };`,
    /a browser, which has no Node modules/,
  ],
  [
    'a panel has no editor API',
    'src/webview/pretended.ts',
    `import * as vscode from 'vscode'; export { vscode };`,
    /Only extension may import vscode/,
  ],
  ['a file beside the rooms is in no room', 'src/engine/helpers.ts', 'export {};', noRoom],
  ['a new folder is no room until it is in the table', 'src/engine/utils/a.ts', 'export {};', noRoom],
  ['nothing lies beside engine, extension and webview', 'src/index.ts', 'export {};', noRoom],
  [
    'a file of no room cannot be imported',
    'src/engine/protocol/pretended.ts',
    `import config from '../../../tsconfig.json' with { type: 'json' }; export { config };`,
    /Dependencies to unknown elements and files/,
  ],
];

const right: readonly (readonly [why: string, file: string, code: string])[] = [
  [
    'a room imports a room below it',
    'src/engine/grpo/pretended.ts',
    `import { UserError } from '../protocol/errors.ts'; export { UserError };`,
  ],
  ['a room imports itself', 'src/engine/protocol/pretended.ts', `export * from './errors.ts';`],
  [
    'packages and Node are free unless guarded',
    'src/engine/protocol/pretended.ts',
    `import path from 'node:path'; import { z } from 'zod'; export { path, z };`,
  ],
  [
    'onnx owns ONNX Runtime',
    'src/engine/onnx/pretended.ts',
    `import { InferenceSession } from 'onnxruntime-node'; export { InferenceSession };`,
  ],
  [
    'a door opens every room',
    'src/engine/main.ts',
    `export * from './grpo/advantage.ts'; export * from './protocol/errors.ts'; export * from './onnx/graph.ts';`,
  ],
  [
    'a door knows the version',
    'src/engine/cli.ts',
    `import manifest from '../../package.json' with { type: 'json' }; export { manifest };`,
  ],
  [
    'the host reads runs and speaks the protocol',
    'src/extension/pretended.ts',
    `import * as vscode from 'vscode'; import { UserError } from '../engine/protocol/errors.ts'; export { vscode, UserError };`,
  ],
  [
    'a panel has the protocol as types',
    'src/webview/pretended.ts',
    `import type { Metrics } from '../engine/protocol/metrics.ts'; export type Row = Metrics;`,
  ],
  [
    'an example is written against the types it is shipped with',
    'examples/pretended/rewards.ts',
    `import type { Reward } from 'rlvr'; export const one: Reward = () => 1;`,
  ],
  [
    'a test imports what it needs',
    'src/engine/protocol/pretended.test.ts',
    `import { spawn } from 'node:child_process'; export * from '../grpo/advantage.ts'; export { spawn };`,
  ],
];

for (const [why, file, code, error] of wrong) {
  test(`refused: ${why}`, async () => {
    const errors = await layerErrors(file, code);
    assert.ok(
      errors.some((message) => error.test(message)),
      `${file}: ${code}\nexpected ${String(error)}, got ${JSON.stringify(errors)}`,
    );
  });
}

for (const [why, file, code] of right) {
  test(`passes: ${why}`, async () => {
    assert.deepEqual(await layerErrors(file, code), []);
  });
}
