/** Whether a run is of the same things as those that it is made to stand beside: seeds, controls, the runs of a sweep. */
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import type { RunManifest } from '../protocol/run.ts';
import { ENGINE_VERSION } from '../protocol/version.ts';
import { RunReader } from '../run/reader.ts';

/** A run that was begun before, as its folder has it. */
export interface EarlierRun {
  readonly manifest: Pick<RunManifest, 'modelHash' | 'datasets' | 'rewardHashes' | 'engineVersion' | 'provider'>;
  readonly experiment: Experiment;
}

/** What another run is made of, as far as earlier ones may be of something else by the same name. */
export interface MadeOf {
  readonly modelHash: string;
  readonly problems: { readonly origins: NonNullable<RunManifest['datasets']> };
  readonly scorer: { readonly hashes: Readonly<Record<string, string>> };
  readonly policy: { readonly provider: string };
}

/** @throws UserError where the run cannot be read */
export function readEarlier(runDir: string): EarlierRun {
  const reader = RunReader.open(runDir);
  try {
    return { manifest: reader.manifest, experiment: reader.experiment() };
  } finally {
    reader.close();
  }
}

/**
 * What both name alike must be what it was: what is named otherwise, such as a varied model, or the reward of a control, is another on
 * purpose.
 * @returns warnings of what else tells them apart
 * @throws UserError naming what was edited since
 */
export function requireBeside(earlier: readonly EarlierRun[], now: MadeOf, experiment: Experiment): string[] {
  const changed = new Set(earlier.flatMap((run) => changedSince(run, now, experiment)));
  if (changed.size > 0)
    throw new UserError(
      `${[...changed].join(' and ')} changed while the runs before this one were trained: the rest would be of another recipe. ` +
        'Restore it and train the rest, or train all of them again.',
    );
  const warnings = earlier.flatMap(({ manifest, experiment: before }) => [
    ...(manifest.engineVersion === ENGINE_VERSION
      ? []
      : [
          `The runs before this one were trained by engine ${manifest.engineVersion}, this one is by ${ENGINE_VERSION}`,
        ]),
    ...(before.device !== experiment.device || manifest.provider === now.policy.provider
      ? []
      : [`The runs before this one were computed by ${manifest.provider}, this one is by ${now.policy.provider}`]),
  ]);
  return [...new Set(warnings)].map(
    (warning) => `${warning}: it is of another recipe, and stands in a row of its own.`,
  );
}

function changedSince({ manifest, experiment: before }: EarlierRun, now: MadeOf, experiment: Experiment): string[] {
  const from = adapterOf(experiment);
  const isSameModel = before.model === experiment.model && adapterOf(before) === from;
  const model = `the model ${experiment.model}${from === undefined ? '' : ` or the adapter ${from}`}`;
  const data = now.problems.origins.filter(({ role, source, sha256 }) =>
    manifest.datasets?.some((read) => read.role === role && read.source === source && read.sha256 !== sha256),
  );
  const rewards = experiment.rewards.filter((reward) => {
    const own = before.rewards.find((other) => rewardName(other) === rewardName(reward));
    if (own?.file !== reward.file || own?.function !== reward.function) return false;
    return manifest.rewardHashes[rewardName(reward)] !== now.scorer.hashes[rewardName(reward)];
  });
  return [
    ...(isSameModel && manifest.modelHash !== now.modelHash ? [model] : []),
    ...data.map(({ source }) => `the dataset ${source}`),
    ...rewards.map((reward) => `the reward ${rewardName(reward)} or a package it imports`),
  ];
}

/** The adapter that training goes on with. */
function adapterOf({ full, lora }: Experiment): string | undefined {
  return full ? undefined : lora?.from;
}
