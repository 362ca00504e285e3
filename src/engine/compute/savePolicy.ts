/** Writes a policy so that other programs load it, and its optimiser's state beside it, so that training continues from it. */
import { join } from 'node:path';
import { peftAdapter } from '../model/adapter.ts';
import { writeModelFolder } from '../model/hfExport.ts';
import type { Model } from '../model/loadModel.ts';
import { writeAdapter } from '../model/peft.ts';
import { writeSafetensors } from '../model/safetensorsWriter.ts';
import { OPTIMIZER_FILE, type LoadedPolicy } from './openPolicy.ts';

/** Returns the size in bytes. `folder` must not exist. */
export async function savePolicy(
  folder: string,
  model: Model,
  { current, adapter }: LoadedPolicy,
  optimizerState: ReadonlyMap<string, Float32Array>,
): Promise<number> {
  const weights = adapter
    ? await writeAdapter(folder, peftAdapter(adapter))
    : await writeModelFolder(
        model.folder,
        folder,
        new Map(Array.from(current.trainable, ([name, { data }]) => [model.storedNames.get(name) ?? name, data])),
      );
  const state = Array.from(optimizerState, ([name, data]) => ({ name, shape: [data.length], data }));
  return weights + (await writeSafetensors(join(folder, OPTIMIZER_FILE), state));
}
