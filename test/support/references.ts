/** Copies of golden models and references in which something is wrong. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { isJsonObject, type JsonObject } from '../../src/engine/model/jsonFile.ts';
import { readSafetensors, type Tensor } from '../../src/engine/model/tensorData.ts';
import { goldenFolder, type GoldenName } from './golden.ts';
import { writeTensors } from './safetensors.ts';

export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'verify-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

export async function copyOfModel(context: TestContext, name: GoldenName): Promise<string> {
  const folder = await temporaryFolder(context);
  for (const file of ['config.json', 'model.safetensors'])
    await cp(path.join(goldenFolder(name), file), path.join(folder, file));
  return folder;
}

/** Changes a reference's tensors and numbers in place. */
export type Edit = (tensors: Map<string, Tensor>, numbers: Record<string, unknown>) => void;

/** A reference with changes, and its numbers beside it, in a temporary folder. */
export async function copyOfReference(
  context: TestContext,
  name: GoldenName,
  edit: Edit,
  { adapter = false }: { readonly adapter?: boolean } = {},
): Promise<string> {
  const from = path.join(goldenFolder(name), adapter ? 'adapter' : '');
  const folder = await temporaryFolder(context);
  const tensors = await readSafetensors(path.join(from, 'golden.safetensors'));
  const json: unknown = JSON.parse(await readFile(path.join(from, 'golden.json'), 'utf8'));
  const numbers = { ...object(json) };
  edit(tensors, numbers);
  await writeTensors(path.join(folder, 'golden.safetensors'), tensors);
  await writeFile(path.join(folder, 'golden.json'), JSON.stringify(numbers));
  return path.join(folder, 'golden.safetensors');
}

export function object(value: unknown): JsonObject {
  assert.ok(isJsonObject(value));
  return value;
}

export function tensor(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const found = tensors.get(name);
  assert.ok(found, `there is a tensor ${name}`);
  return found;
}

export function scale(tensors: ReadonlyMap<string, Tensor>, name: string, factor: number): void {
  const { data } = tensor(tensors, name);
  for (const [at, value] of data.entries()) data[at] = value * factor;
}

export function shift(tensors: ReadonlyMap<string, Tensor>, name: string, by: number): void {
  const { data } = tensor(tensors, name);
  for (const [at, value] of data.entries()) data[at] = value + by;
}
