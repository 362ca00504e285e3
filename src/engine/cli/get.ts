/** `rlvr get`: fetches datasets and models of the Hugging Face hub, and libraries for graphics cards. Nothing else fetches any. */
import { UsageError } from '../protocol/errors.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { getDatasets } from './get/dataset.ts';
import { getGpuSupport } from './get/gpuSupport.ts';
import { getOneModel, searchForModels } from './get/model.ts';
import { getSetting } from './get/setting.ts';

export const get: Command = {
  name: 'get',
  summary: 'Fetch a dataset or a model of the Hugging Face hub, or GPU support',
  usage: `rlvr get dataset <experiment | hf:owner/name> [--json]
rlvr get model <experiment | owner/name> [--look] [--json]
rlvr get model --search WORDS [--json]
rlvr get gpu-support [--look] [--json]

  <experiment>      an experiment file, *.rlvr.json: every dataset of the hub that it names, or its model
  hf:owner/name     a dataset; behind it where needed @revision, /files-*.parquet or ?config=main&split=train
  owner/name        a model; behind it where needed @revision: a branch, a tag or a commit
  gpu-support       ONNX Runtime's libraries for CUDA, from NuGet (Linux, x64)
  --look            only tell what the model is: architecture, size, licence, memory that it takes; or the size of gpu-support
  --search WORDS    list models of the hub whose names have them, those that are fetched most first
  --json            one JSON object per event and line

Goes on where it was broken off, checks every file, and keeps it in the cache of Hugging Face's own tools (HF_HOME, HF_HUB_CACHE).
A model that could not be trained is refused with the reason before its weights are fetched. HF_ENDPOINT names a mirror. What is not
open to all needs a token: HF_TOKEN, or what "hf auth login" has stored.`,

  async run(args, io) {
    const { values, positionals, more } = parseArguments(args, {
      options: {
        json: { type: 'boolean', default: false },
        look: { type: 'boolean', default: false },
        search: { type: 'string' },
      },
      positionals: ['kind of thing to get (dataset, model or gpu-support)'],
      more: true,
    });
    const [kind] = positionals;
    const [what, unexpected] = more;
    if (unexpected !== undefined) throw new UsageError(`Unexpected argument "${unexpected}".`);
    if (kind === 'gpu-support') return getGpu(what, values, io);
    if (kind !== 'dataset' && kind !== 'model')
      throw new UsageError(
        `"${kind}" cannot be fetched; write: rlvr get dataset …, rlvr get model … or rlvr get gpu-support`,
      );
    if (kind === 'dataset' && (values.look || values.search !== undefined))
      throw new UsageError('--look and --search are for models: rlvr get model …');
    if ((what === undefined) !== (values.search !== undefined))
      throw new UsageError(
        what === undefined
          ? `The experiment file or ${kind} is missing.`
          : `Unexpected argument "${what}" beside --search.`,
      );
    const setting = await getSetting(io, values.json);
    try {
      if (values.search !== undefined) await searchForModels(values.search, io, setting);
      else if (what !== undefined && kind === 'dataset') await getDatasets(what, io, setting);
      else if (what !== undefined) await getOneModel(what, io, setting, values.look);
    } catch (error) {
      setting.shown.done();
      if (io.signal.aborted) return EXIT.stopped;
      throw error;
    }
    return EXIT.done;
  },
};

async function getGpu(
  what: string | undefined,
  { look, search, json }: { readonly look: boolean; readonly search?: string | undefined; readonly json: boolean },
  io: CommandIO,
): Promise<number> {
  if (what !== undefined || search !== undefined)
    throw new UsageError('There is one GPU support: write rlvr get gpu-support [--look] [--json]');
  try {
    await getGpuSupport(io, look, json);
    return EXIT.done;
  } catch (error) {
    if (io.signal.aborted) return EXIT.stopped;
    throw error;
  }
}
