/** A model ready to be traced: its folder opened, its architecture known, every tensor that it needs found and checked. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { inspectArchitecture, type ModelContents } from './inspect.ts';
import { openModelFolder, requireTensor, type ModelFolder } from './modelFolder.ts';
import { architectureOf } from './registry.ts';
import { HEAD_PARAMETER, requireTiedHead } from './tiedHead.ts';
import { unreadTensorsWarning } from './unreadTensors.ts';
import { referenceWeights, type WeightReference } from './weightFiles.ts';

export interface Model {
  readonly folder: ModelFolder;
  readonly architecture: Architecture;
  readonly contents: ModelContents;
  /** Real folder of the files that `weights` refers to. */
  readonly weightsFolder: string;
  /** By the architecture's parameter names, which may differ from the stored ones by a prefix. */
  readonly weights: ReadonlyMap<string, WeightReference>;
  /** Name in the model's files, by parameter name. */
  readonly storedNames: ReadonlyMap<string, string>;
  /** What its user should know. */
  readonly warnings: readonly string[];
}

/**
 * Opens a Hugging Face model folder; 16-bit weights are widened into a cache file once.
 * Throws UserError for an unsupported architecture, for a missing, misshapen or truncated tensor, and for a stored head that is not the
 * embedding it is tied to.
 */
export async function loadModel(path: string): Promise<Model> {
  const folder = await openModelFolder(path);
  const architecture = architectureOf(folder.config);
  const contents = inspectArchitecture(architecture);
  const storedNames = new Map<string, string>();
  for (const [name, shape] of contents.parameters) {
    const stored = storedName(folder, architecture, name);
    const location = requireTensor(folder, stored, shape);
    storedNames.set(name, stored);
    if (name === architecture.headParameter) await requireTiedHead(folder, location);
  }
  const references = await referenceWeights(folder, [...storedNames.values()], cacheFolder());
  const weights = new Map<string, WeightReference>();
  for (const [name, stored] of storedNames) {
    const reference = references.tensors.get(stored);
    if (reference) weights.set(name, reference);
  }
  const unread = unreadTensorsWarning(folder.tensors.keys(), new Set([...storedNames.values(), HEAD_PARAMETER]));
  return {
    folder,
    architecture,
    contents,
    weightsFolder: references.folder,
    weights,
    storedNames,
    warnings: unread === null ? [] : [unread],
  };
}

/** Some checkpoints leave out the architecture's prefix (OpenAI's GPT-2 has `wte.weight`). */
function storedName(folder: ModelFolder, { optionalPrefix }: Architecture, name: string): string {
  if (folder.tensors.has(name) || !optionalPrefix || !name.startsWith(optionalPrefix)) return name;
  const bare = name.slice(optionalPrefix.length);
  return folder.tensors.has(bare) ? bare : name;
}

/** Where converted weights are kept: the user's cache folder. */
function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rlvr-ops');
}
