import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { builtinModelNames, builtinModelProblem, modelFolderOf } from './builtinModels.ts';

const baseDir = resolve('/home/experiment');
const productDir = resolve('/opt/product');

test('a folder is relative to the experiment, a built-in model to the product', () => {
  assert.equal(modelFolderOf('../model', baseDir, productDir), resolve('/home/model'));
  assert.equal(modelFolderOf('builtin:demo', baseDir, productDir), join(productDir, 'examples', 'demo', 'model'));
});

test('a built-in model that there is not is an error that names those there are', () => {
  assert.throws(() => modelFolderOf('builtin:gpt5', baseDir, productDir), {
    name: 'UserError',
    message: 'model: there is no built-in model "builtin:gpt5"; built in: builtin:demo.',
  });
});

test('every name in the list is one there is', () => {
  for (const name of builtinModelNames) assert.equal(builtinModelProblem(name), null);
});
