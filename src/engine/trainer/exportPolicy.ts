/** Writes a policy of a run so that other programs load it: as an adapter, merged into its model, or as an ONNX file. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { ADAPTER_CONFIG_FILE } from '../model/adapterConfig.ts';
import { copySmallFiles, writeModelFolder } from '../model/hfExport.ts';
import { locateModel, type LocatedModel } from '../model/loadModel.ts';
import { mergedWeights, type TensorValues } from '../model/mergedWeights.ts';
import { CONFIG_FILE } from '../model/modelFolder.ts';
import { writeOnnxFolder } from '../model/onnxExport.ts';
import { readAdapter, writeAdapter, type Adapter } from '../model/peft.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type { ExportPolicyReply, ExportPolicyRequest } from '../protocol/policyExport.ts';
import type { RunManifest } from '../protocol/run.ts';
import { savedSteps } from '../run/checkpoints.ts';
import { SAVED_KINDS, savedFolder } from '../run/layout.ts';
import { writeNewFolder } from '../run/newFolder.ts';
import { RunReader } from '../run/reader.ts';
import { startHash } from './openPolicy.ts';
import { namedPolicies, requirePolicy, type NamedPolicy, type PoliciesOfRun } from './policyNames.ts';

export interface ExportOptions extends Omit<ExportPolicyRequest, 'kind'> {
  /** Whether a folder that was exported before is replaced. */
  readonly overwrite: boolean;
}

export type ExportedPolicy = Omit<ExportPolicyReply, 'kind'>;

/**
 * A run can be read while it is trained. The folder is whole or absent.
 * @throws UserError for a policy that the run does not have or cannot be had in this form, a model that changed since, a folder that is
 *   there already, a disk without room; the signal's reason where it aborts
 */
export async function exportPolicy(options: ExportOptions, signal: AbortSignal): Promise<ExportedPolicy> {
  const { runDir, outDir, form, overwrite } = options;
  const { manifest, experiment, policy } = openRun(runDir, options);
  requireElsewhere(outDir, [runDir, manifest.modelPath]);
  const { model, adapter } = await openSource(runDir, manifest, experiment, policy);
  if (form === 'peft' && adapter === null) throw new UserError(noAdapter(experiment, policy));
  const weights = watched(mergedWeights(model, adapter), signal);
  const bytes =
    form === 'peft'
      ? sum(adapter?.modules.values() ?? [], ({ a, b }) => a.byteLength + b.byteLength)
      : sum(weights.values(), ({ shape }) => shape.reduce((product, size) => product * size, FLOAT32_BYTES));
  await writeNewFolder(outDir, { bytes, replaces: overwrite, isOurs: isModel }, async (folder) => {
    if (form === 'onnx') await writeOnnxFolder(model, folder, weights);
    else if (form === 'merged') await writeMerged(model, folder, weights);
    else if (adapter !== null) await writeWholeAdapter(model, folder, adapter);
    signal.throwIfAborted();
  });
  return { step: policy.step, ...contentsOf(outDir), warnings: [...model.warnings] };
}

const FLOAT32_BYTES = 4;

/** What an exported folder of any form has at its top. */
const isModel = (names: readonly string[]): boolean =>
  names.includes(CONFIG_FILE) || names.includes(ADAPTER_CONFIG_FILE);

function openRun(
  runDir: string,
  { policy }: Pick<ExportOptions, 'policy'>,
): { readonly manifest: RunManifest; readonly experiment: Experiment; readonly policy: NamedPolicy } {
  const reader = RunReader.open(runDir);
  try {
    requirePolicy(reader.manifest);
    const [named] = namedPolicies(policiesOf(reader), [policy]);
    if (named === undefined) throw new RangeError('a name is of one policy');
    return { manifest: reader.manifest, experiment: reader.experiment(), policy: named };
  } finally {
    reader.close();
  }
}

function policiesOf(reader: RunReader): PoliciesOfRun {
  const { lastStep } = reader.state();
  return {
    dir: reader.dir,
    lastStep,
    resumePoint: () => {
      const saved = SAVED_KINDS.flatMap((kind) => savedSteps(reader.dir, kind).map((step) => ({ kind, step })));
      const last = saved
        .filter(({ step }) => step <= (lastStep ?? 0))
        .sort((a, b) => a.step - b.step)
        .at(-1);
      return last === undefined ? null : { step: last.step, state: savedFolder(last.kind, last.step) };
    },
  };
}

/** The model whose weights go out, and what is added to them. */
async function openSource(
  runDir: string,
  manifest: RunManifest,
  { full, lora }: Experiment,
  { state }: NamedPolicy,
): Promise<{ readonly model: LocatedModel; readonly adapter: Adapter | null }> {
  const saved = state === null ? null : join(runDir, state);
  if (full && saved !== null) return { model: await locateModel(saved), adapter: null };
  const model = await locateModel(manifest.modelPath);
  const from = full || lora?.from === undefined ? null : resolve(dirname(manifest.experimentPath), lora.from);
  if ((await startHash(model.folder, from)) !== manifest.modelHash)
    throw new UserError(
      `The model ${manifest.modelPath}${from === null ? '' : ` or the adapter ${from}`} changed since the run began, ` +
        'and what was trained belongs to the old one. Restore it.',
    );
  const folder = saved ?? from;
  return { model, adapter: folder === null ? null : await readAdapter(folder) };
}

function noAdapter({ full }: Experiment, { step }: NamedPolicy): string {
  if (full) return 'The run trained all weights, so it has no adapter. Export the whole model: --as merged.';
  return `Before training (step ${step}) the policy is the model itself, without an adapter. Name a later step.`;
}

/** Neither a run nor the model that it needs is written over, nor a folder that they lie in. */
function requireElsewhere(outDir: string, places: readonly string[]): void {
  for (const place of places) {
    const path = relative(outDir, place);
    if (path === '' || (!path.startsWith('..') && !isAbsolute(path)))
      throw new UserError(`${outDir} has ${place} in it, which the export reads. Give another folder.`);
  }
}

/** Ends between two tensors where the signal aborts: each takes a moment, all of them minutes. */
function watched(weights: ReadonlyMap<string, TensorValues>, signal: AbortSignal): ReadonlyMap<string, TensorValues> {
  const watch = ({ shape, read }: TensorValues): TensorValues => ({
    shape,
    read: () => {
      signal.throwIfAborted();
      return read();
    },
  });
  return new Map(Array.from(weights, ([name, values]) => [name, watch(values)]));
}

async function writeMerged(
  { folder: source, storedNames }: LocatedModel,
  folder: string,
  weights: ReadonlyMap<string, TensorValues>,
): Promise<void> {
  const stored = Array.from(weights, ([name, { read }]) => [storedNames.get(name) ?? name, read] as const);
  await writeModelFolder(source, folder, new Map(stored));
}

/** With the tokenizer beside it, as PEFT's users have it, and the name of its model. */
async function writeWholeAdapter({ folder: source }: LocatedModel, folder: string, adapter: Adapter): Promise<void> {
  await writeAdapter(folder, {
    ...adapter,
    config: { ...adapter.config, baseModel: hubName(source.path) ?? source.path },
  });
  await copySmallFiles(source.path, folder);
}

/** `org/name` of a model that lies in the cache of the Hugging Face hub; others find it by that. */
function hubName(path: string): string | null {
  const [, name] = /[/\\]models--([^/\\]+)[/\\]snapshots[/\\][^/\\]+$/.exec(path) ?? [];
  return name?.replace('--', '/') ?? null;
}

function contentsOf(folder: string): Pick<ExportedPolicy, 'files' | 'bytes'> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll('\\', '/'))
    .sort();
  return { files, bytes: sum(files, (file) => statSync(join(folder, file)).size) };
}

function sum<Item>(items: Iterable<Item>, size: (item: Item) => number): number {
  let total = 0;
  for (const item of items) total += size(item);
  return total;
}
