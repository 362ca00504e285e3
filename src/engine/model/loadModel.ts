/** A model ready to be traced: its folder opened, its architecture known, every tensor that it needs found and checked. */
import { cacheFolder } from '../onnx/cacheFolder.ts';
import type { Architecture } from './architecture.ts';
import type { FrozenMatrices } from './frozenMatrix.ts';
import { inspectArchitecture, type ModelContents } from './inspect.ts';
import { openModelFolder, requireTensor, type ModelFolder, type TensorsOfModel } from './modelFolder.ts';
import { quantizedWeights, type QuantizedForm } from './quantizedWeights.ts';
import { architectureOf } from './registry.ts';
import { HEAD_PARAMETER, requireTiedHead } from './tiedHead.ts';
import { unreadTensorsWarning } from './unreadTensors.ts';
import { referenceWeights, type WeightReference } from './weightFiles.ts';

/** A model whose tensors are found, and none of them read. */
export interface LocatedModel {
  readonly folder: ModelFolder;
  readonly architecture: Architecture;
  readonly contents: ModelContents;
  /** Name in the model's files, by the architecture's parameter name, which may differ from it by a prefix. */
  readonly storedNames: ReadonlyMap<string, string>;
  /** What its user should know. */
  readonly warnings: readonly string[];
}

export interface Model extends LocatedModel {
  /** Real folder of the files that `weights` refers to. */
  readonly weightsFolder: string;
  /** By the architecture's parameter names. */
  readonly weights: ReadonlyMap<string, WeightReference>;
  /** Those of a base in few bits; null where all weights are float32. */
  readonly matrices: FrozenMatrices | null;
}

/**
 * Opens a Hugging Face model folder and finds every parameter of its architecture.
 * Throws UserError for an unsupported architecture, for a missing, misshapen or truncated tensor, and for a stored head that is not the
 * embedding it is tied to.
 */
export async function locateModel(path: string): Promise<LocatedModel> {
  const folder = await openModelFolder(path);
  const architecture = architectureOf(folder.config);
  const contents = inspectArchitecture(architecture);
  const storedNames = requireTensors(folder, architecture, contents);
  const head = folder.tensors.get(storedNames.get(architecture.headParameter) ?? '');
  if (head !== undefined) await requireTiedHead(folder, head);
  const unread = unreadTensorsWarning(folder.tensors.keys(), new Set([...storedNames.values(), HEAD_PARAMETER]));
  return { folder, architecture, contents, storedNames, warnings: unread === null ? [] : [unread] };
}

/** A located model whose weights can be mapped into memory; 16-bit ones are widened into a cache file once. Throws as `locateModel` does. */
export async function loadModel(path: string): Promise<Model> {
  const located = await locateModel(path);
  const { folder, storedNames } = located;
  const references = await referenceWeights(folder, [...storedNames.values()], cacheFolder());
  const weights = new Map<string, WeightReference>();
  for (const [name, stored] of storedNames) {
    const reference = references.tensors.get(stored);
    if (reference) weights.set(name, reference);
  }
  return { ...located, weightsFolder: references.folder, weights, matrices: null };
}

/** A located model whose matrices are held in few bits; no float32 form of them is made. Throws as `locateModel` and `quantizedWeights` do. */
export async function loadQuantizedModel(path: string, form: QuantizedForm): Promise<Model> {
  const located = await locateModel(path);
  return { ...located, ...(await quantizedWeights(located, form, cacheFolder())) };
}

/**
 * The names in the model's files of all tensors that the architecture needs, by parameter name.
 * @throws UserError where one is missing or misshapen
 */
export function requireTensors(
  folder: TensorsOfModel,
  architecture: Architecture,
  { parameters }: ModelContents,
): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, shape] of parameters) {
    const stored = storedName(folder, architecture, name);
    requireTensor(folder, stored, shape);
    names.set(name, stored);
  }
  return names;
}

/** Some checkpoints leave out the architecture's prefix (OpenAI's GPT-2 has `wte.weight`). */
function storedName(folder: TensorsOfModel, { optionalPrefix }: Architecture, name: string): string {
  if (folder.tensors.has(name) || !optionalPrefix || !name.startsWith(optionalPrefix)) return name;
  const bare = name.slice(optionalPrefix.length);
  return folder.tensors.has(bare) ? bare : name;
}
