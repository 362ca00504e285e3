/** Writes a policy of a run so that other programs load it: as an adapter, merged into its model, or as an ONNX file. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isInside } from '../analysis/agents/projects.ts';
import type { AdapterConfig } from '../model/adapterConfig.ts';
import { copySmallFiles, writeModelFolder } from '../model/hfExport.ts';
import { locateModel, type LocatedModel } from '../model/locateModel.ts';
import { mergedWeights, type TensorValues } from '../model/mergedWeights.ts';
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
  /** Whether a folder that was exported before, and holds nothing else, is replaced. */
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
  const from = continuedAdapter(manifest, experiment);
  requireElsewhere(outDir, [runDir, manifest.modelPath, ...(from === null ? [] : [from])]);
  const { model, adapter } = await openSource({ runDir, manifest, from, full: experiment.full, policy });
  if (form === 'peft' && adapter === null) throw new UserError(noAdapter(experiment, policy));
  const weights = watched(mergedWeights(model, adapter), signal);
  const bytes =
    form === 'peft'
      ? sum(adapter?.modules.values() ?? [], ({ a, b }) => a.byteLength + b.byteLength)
      : sum(weights.values(), ({ shape }) => shape.reduce((product, size) => product * size, FLOAT32_BYTES));
  const files = await writeNewFolder(outDir, { bytes, replaces: overwrite }, async (folder) => {
    if (form === 'onnx') await writeOnnxFolder(model, folder, weights);
    else if (form === 'merged') await writeMerged(model, folder, weights);
    else if (adapter !== null) await writeWholeAdapter(model, folder, adapter);
    signal.throwIfAborted();
  });
  const written = sum(files, (file) => statSync(join(outDir, file)).size);
  return { step: policy.step, files, bytes: written, warnings: [...model.warnings] };
}

const FLOAT32_BYTES = 4;

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

/** The adapter that training began with; null where it began with the model alone. */
function continuedAdapter({ experimentPath }: RunManifest, { full, lora }: Experiment): string | null {
  return full || lora?.from === undefined ? null : resolve(dirname(experimentPath), lora.from);
}

interface PolicySource {
  readonly runDir: string;
  readonly manifest: RunManifest;
  /** The adapter that training began with. */
  readonly from: string | null;
  /** Whether all weights were trained. */
  readonly full: boolean;
  readonly policy: NamedPolicy;
}

/** The model whose weights go out, and what is added to them. */
async function openSource({
  runDir,
  manifest,
  from,
  full,
  policy: { state },
}: PolicySource): Promise<{ readonly model: LocatedModel; readonly adapter: Adapter | null }> {
  const saved = state === null ? null : join(runDir, state);
  if (full && saved !== null) return { model: await locateModel(saved), adapter: null };
  const model = await locateModel(manifest.modelPath);
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

/** Nothing is written into what an export reads, nor over it, nor over a folder that it lies in. */
function requireElsewhere(outDir: string, places: readonly string[]): void {
  const out = followed(outDir);
  for (const place of places) {
    const read = followed(place);
    if (out === read || isInside(read, out))
      throw new UserError(`${outDir} has ${place} in it, which the export reads. Give another folder.`);
    if (isInside(out, read))
      throw new UserError(`${outDir} lies in ${place}, which the export reads. Give another folder.`);
  }
}

/** A path with its links followed, as far as it exists. */
function followed(path: string): string {
  return existsSync(path) || dirname(path) === path
    ? realpathSync.native(path)
    : join(followed(dirname(path)), basename(path));
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
  await writeAdapter(folder, { ...adapter, config: { ...adapter.config, ...baseOf(source.path) } });
  await copySmallFiles(source.path, folder);
}

/** How others find a model: one in the cache of the Hugging Face hub as `org/name` at its commit. */
function baseOf(path: string): Pick<AdapterConfig, 'baseModel' | 'revision'> {
  const [, name, commit = null] = /[/\\]models--([^/\\]+)[/\\]snapshots[/\\]([^/\\]+)$/.exec(path) ?? [];
  return { baseModel: name?.replace('--', '/') ?? path, revision: commit };
}

function sum<Item>(items: Iterable<Item>, size: (item: Item) => number): number {
  let total = 0;
  for (const item of items) total += size(item);
  return total;
}
