/** An experiment as a run began with it. */
import type { Experiment } from '../protocol/experiment.ts';
import { pinnedModel, readHubModel } from '../protocol/hubModel.ts';
import type { RunManifest } from '../protocol/run.ts';
import { asReadBefore } from './sources.ts';

/** The experiment with its model and data as the run read them: a branch of the hub may have gone on since. */
export function asBegun({ manifest }: { readonly manifest: RunManifest }, experiment: Experiment): Experiment {
  const model = readHubModel(experiment.model);
  const { modelRevision } = manifest;
  const pinned = model !== null && modelRevision !== undefined ? pinnedModel(model, modelRevision) : experiment.model;
  return withDataOf(manifest, { ...experiment, model: pinned });
}

function withDataOf(manifest: RunManifest, experiment: Experiment): Experiment {
  const { dataset, tasks } = experiment;
  const origins = manifest.datasets ?? [];
  if (dataset !== undefined) return { ...experiment, dataset: asReadBefore(dataset, origins) };
  if (tasks === undefined) return experiment;
  const read = Object.entries(tasks).map(([name, task]) => {
    const own = origins.filter((origin) => origin.task === name);
    return [name, { ...task, dataset: asReadBefore(task.dataset, own) }] as const;
  });
  return { ...experiment, tasks: Object.fromEntries(read) };
}
