/** A model as an ONNX folder, laid out as Hugging Face Optimum writes it and transformers.js reads it. */
import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import { Graph } from '../onnx/graph.ts';
import { copySmallFiles, float32Config, writeNew } from './hfExport.ts';
import type { LocatedModel } from './locateModel.ts';
import type { TensorValues } from './mergedWeights.ts';
import { CONFIG_FILE, GENERATION_CONFIG_FILE } from './modelFolder.ts';
import { writeOnnxFile, type OnnxFileLimits } from './onnxFile.ts';
import { traceWithPast } from './pastForward.ts';

/** Under the model's folder. */
const ONNX_FOLDER = 'onnx';
const ONNX_FILE = 'model.onnx';
/** Of the configuration: what transformers.js loads where it is not told. */
const TRANSFORMERS_JS_KEY = 'transformers.js_config';
/** What a generation configuration takes from the model's where the model has none. */
const TOKEN_KEYS = ['bos_token_id', 'eos_token_id', 'pad_token_id'];

/**
 * Writes `onnx/model.onnx` (see `traceWithPast`), and beside the folder `onnx` the model's configuration, how to sample, and its tokenizer.
 * The folder is made where it does not exist; none of the files may be there. All is flushed to the disk; whole or not at all is the
 * caller's business.
 *
 * @param weights every parameter, by its name in the architecture
 */
export async function writeOnnxFolder(
  { folder: source, architecture }: Pick<LocatedModel, 'folder' | 'architecture'>,
  folder: string,
  weights: ReadonlyMap<string, TensorValues>,
  limits?: OnnxFileLimits,
): Promise<void> {
  await mkdir(join(folder, ONNX_FOLDER), { recursive: true });
  const trace: Parameters<typeof writeOnnxFile>[3] = (parameters) => {
    const graph = new Graph();
    return { graph, outputs: traceWithPast(graph, architecture, parameters) };
  };
  const dataFiles = await writeOnnxFile(join(folder, ONNX_FOLDER), ONNX_FILE, weights, trace, limits);
  const settings = {
    dtype: 'fp32',
    // The number of data files, in the form that versions before numbers were allowed read too.
    ...(dataFiles > 0 && { use_external_data_format: { [ONNX_FILE]: dataFiles === 1 ? true : dataFiles } }),
  };
  const config = await float32Config(source);
  const edits = modify(config, [TRANSFORMERS_JS_KEY], settings, {
    formattingOptions: { insertSpaces: true, tabSize: 2 },
  });
  await writeNew(join(folder, CONFIG_FILE), applyEdits(config, edits));
  await copySmallFiles(source.path, folder);
  if (existsSync(join(folder, GENERATION_CONFIG_FILE))) return;
  const tokens = Object.entries(source.config).filter(([key, value]) => TOKEN_KEYS.includes(key) && value !== null);
  const generation = { _from_model_config: true, ...Object.fromEntries(tokens) };
  await writeNew(join(folder, GENERATION_CONFIG_FILE), `${JSON.stringify(generation, null, 2)}\n`);
}
