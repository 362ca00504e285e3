/** The tiny model of the tests as a repository of the hub. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../run/samples.ts';
import type { FakeRepo } from './fakeHub.ts';
import { writeTinyModel } from './tinyModel.ts';

export const MODEL_NAME = 'owner/tiny';
export const MODEL_COMMIT = 'e'.repeat(40);
export const WEIGHTS = 'model.safetensors';

/** Its files are those of a folder that opens; with another seed its weights are others. */
export async function modelRepo(seed?: number): Promise<FakeRepo> {
  const folder = temporaryFolder();
  await writeTinyModel(folder, 'gpt2', seed);
  const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  return {
    kind: 'model',
    name: MODEL_NAME,
    commit: MODEL_COMMIT,
    revisions: ['v1'],
    card: { license: 'apache-2.0' },
    files: { ...files, 'README.md': Buffer.from('# Tiny'), 'onnx/model.onnx': Buffer.from('not wanted') },
    large: [WEIGHTS],
  };
}
