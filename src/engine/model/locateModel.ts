/** A model found in its folder: its architecture known, and every tensor that it needs there and of the right shape. */
import type { Architecture } from './architecture.ts';
import { inspectArchitecture, type ModelContents } from './inspect.ts';
import { openModelFolder, requireTensor, type ModelFolder, type TensorsOfModel } from './modelFolder.ts';
import { architectureOf } from './registry.ts';
import { HEAD_PARAMETER, requireTiedHead } from './tiedHead.ts';
import { unreadTensorsWarning } from './unreadTensors.ts';

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
