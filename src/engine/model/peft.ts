/**
 * LoRA adapters as PEFT folders: `adapter_config.json` and `adapter_model.safetensors`, whose tensors are named
 * `base_model.model.<module>.lora_A.weight` `[rank, in]` and `...lora_B.weight` `[out, rank]`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import { ADAPTER_CONFIG_FILE, formatAdapterConfig, readAdapterConfig, type AdapterConfig } from './adapterConfig.ts';
import { isMissing } from './regularFile.ts';
import { SafetensorsError } from './safetensors.ts';
import { writeSafetensors, type TensorSource } from './safetensorsWriter.ts';
import { readSafetensors, type Tensor } from './tensorData.ts';

/** Row-major. */
export interface LoraMatrices {
  /** `[rank, in]` */
  readonly a: Float32Array;
  /** `[out, rank]` */
  readonly b: Float32Array;
}

export interface Adapter {
  readonly config: AdapterConfig;
  /** By the module's name in the base model, such as `transformer.h.0.attn.c_attn`. */
  readonly modules: ReadonlyMap<string, LoraMatrices>;
}

export const ADAPTER_WEIGHTS_FILE = 'adapter_model.safetensors';
const TENSOR_NAME = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/;

/**
 * Reads an adapter.
 *
 * @throws UserError when a file is missing or the adapter is not plain LoRA; SafetensorsError when the weights are damaged, have
 *   other tensors than A and B of each module, or other shapes than the configuration says
 */
export async function readAdapter(folder: string): Promise<Adapter> {
  const config = await readAdapterConfig(folder);
  const path = join(folder, ADAPTER_WEIGHTS_FILE);
  const tensors = await readSafetensors(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    throw new UserError(
      `${path} is missing. An adapter_model.bin is not read, as loading a Python pickle runs whatever code it holds; save the adapter with safe_serialization=True.`,
    );
  });
  const found = new Map<string, { a?: Float32Array; b?: Float32Array }>();
  for (const [name, tensor] of tensors) {
    const [, module, which] = TENSOR_NAME.exec(name) ?? [];
    if (module === undefined || which === undefined) {
      throw new SafetensorsError(`${path}: tensor "${name}" is not part of a plain LoRA adapter of linear layers.`);
    }
    checkShape(tensor, which, config.rank, `${path}: tensor "${name}"`);
    found.set(module, { ...found.get(module), [which === 'A' ? 'a' : 'b']: tensor.data });
  }
  const modules = new Map<string, LoraMatrices>();
  for (const [module, { a, b }] of found) {
    if (a === undefined || b === undefined) {
      throw new SafetensorsError(
        `${path}: module "${module}" has lora_${a === undefined ? 'B' : 'A'} only. Save the adapter again.`,
      );
    }
    modules.set(module, { a, b });
  }
  return { config, modules };
}

function checkShape({ shape }: Tensor, which: string, rank: number, place: string): void {
  const rankAxis = which === 'A' ? 0 : 1;
  if (shape.length !== 2 || shape[rankAxis] !== rank) {
    const expected = which === 'A' ? `[${rank}, in]` : `[out, ${rank}]`;
    throw new SafetensorsError(
      `${place} has shape [${shape.join(', ')}], expected is ${expected} by ${ADAPTER_CONFIG_FILE}.`,
    );
  }
}

/**
 * Writes an adapter that PEFT loads, into a folder that is made where it does not exist; none of the files may be there. All is
 * flushed to the disk; whole or not at all is the caller's business (a temporary folder, then rename).
 *
 * @returns size of the weights' file in bytes
 * @throws RangeError when a matrix is not a multiple of the rank
 */
export async function writeAdapter(folder: string, { config, modules }: Adapter): Promise<number> {
  const tensors = [...modules].flatMap(([module, { a, b }]): TensorSource[] => [
    { name: tensorName(module, 'A'), shape: [config.rank, Math.floor(a.length / config.rank)], data: a },
    { name: tensorName(module, 'B'), shape: [Math.floor(b.length / config.rank), config.rank], data: b },
  ]);
  tensors.sort((one, other) => (one.name < other.name ? -1 : 1));
  await mkdir(folder, { recursive: true });
  const text = formatAdapterConfig(config, modules.keys());
  await writeFile(join(folder, ADAPTER_CONFIG_FILE), text, { flag: 'wx', flush: true });
  return writeSafetensors(join(folder, ADAPTER_WEIGHTS_FILE), tensors, { format: 'pt' });
}

function tensorName(module: string, which: 'A' | 'B'): string {
  return `base_model.model.${module}.lora_${which}.weight`;
}
