/** A model folder in GPT-2's shape with random weights: where the demo's model starts from. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectArchitecture } from '../../src/engine/model/inspect.ts';
import { CONFIG_FILE, WEIGHTS_FILE } from '../../src/engine/model/modelFolder.ts';
import { architectureOf } from '../../src/engine/model/registry.ts';
import { writeSafetensors } from '../../src/engine/model/safetensorsWriter.ts';
import { TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from '../../src/engine/model/tokenizer.ts';
import { normals } from '../../src/engine/random/draws.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { END, PAD, type TokenizerFiles } from './tokenizerFiles.ts';

const LAYERS = 2;
const WIDTH = 96;
const HEADS = 4;
/** Tokens: the longest problem with its answer has about half as many. */
export const CONTEXT_LENGTH = 64;
/** GPT-2's standard deviation of initial weights. */
const INIT_STD = 0.02;
/** A block adds to the residual stream twice; GPT-2 scales what writes to it down, so that the sum keeps its size. */
const RESIDUAL_STD = INIT_STD / Math.sqrt(2 * LAYERS);

/** Writes configuration, tokenizer and weights; `folder` must not exist. */
export async function writeInitialModel(folder: string, files: TokenizerFiles, seed: number): Promise<void> {
  const config = configOf(files.tokens);
  await mkdir(folder, { recursive: true });
  await writeJson(join(folder, CONFIG_FILE), config);
  await writeJson(join(folder, TOKENIZER_FILE), files.tokenizer);
  await writeJson(join(folder, TOKENIZER_CONFIG_FILE), files.tokenizerConfig);
  const { parameters } = inspectArchitecture(architectureOf(config));
  const tensors = Array.from(parameters, ([name, shape], index) => ({
    name,
    shape,
    data: initialValues(name, shape, normals(uniforms(seed, 'init', [index]))),
  }));
  await writeSafetensors(join(folder, WEIGHTS_FILE), tensors, { format: 'pt' });
}

function configOf(tokens: number): Readonly<Record<string, unknown>> {
  return {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    vocab_size: tokens,
    n_positions: CONTEXT_LENGTH,
    n_ctx: CONTEXT_LENGTH,
    n_embd: WIDTH,
    n_layer: LAYERS,
    n_head: HEADS,
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    resid_pdrop: 0,
    embd_pdrop: 0,
    attn_pdrop: 0,
    bos_token_id: END.id,
    eos_token_id: END.id,
    pad_token_id: PAD.id,
    tie_word_embeddings: true,
    torch_dtype: 'float32',
  };
}

/** GPT-2's initialisation (Radford et al. 2019, section 2.3): norms pass everything on, biases are 0, weights are random. */
function initialValues(name: string, shape: readonly number[], normal: () => number): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (name.endsWith('.bias')) return new Float32Array(size);
  if (/\.ln_\w+\.weight$/.test(name)) return new Float32Array(size).fill(1);
  const std = name.endsWith('c_proj.weight') ? RESIDUAL_STD : INIT_STD;
  return Float32Array.from({ length: size }, () => normal() * std);
}

function writeJson(path: string, value: object): Promise<void> {
  return writeFile(path, `${JSON.stringify(value, null, 1)}\n`);
}
