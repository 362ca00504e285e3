import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { builtinModelNames } from '../protocol/builtinModels.ts';
import { openModelFolder } from './modelFolder.ts';
import { findModel } from './findModel.ts';

test('every built-in model is there', async () => {
  for (const name of builtinModelNames) {
    const { tensors } = await openModelFolder((await findModel(name, resolve('/anywhere'))).path);
    assert.ok(tensors.size > 0, name);
  }
});
