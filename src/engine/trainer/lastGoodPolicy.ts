/** What is left of a run whose policy, loss or gradient came out as no numbers, and how to go on from it. */
import { resolve } from 'node:path';
import { NonFiniteError, type NonFinitePlace } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { replayHint } from '../protocol/replayHint.ts';
import { savedSteps } from '../run/checkpoints.ts';
import { savedFolder, type SavedKind } from '../run/layout.ts';

interface Stopped {
  readonly experiment: Pick<Experiment, 'full' | 'lora' | 'optimizer' | 'rollout'>;
  /** The run's folder. */
  readonly dir: string;
  /** The last step that is in the run; null before the first evaluation. */
  readonly lastStep: number | null;
}

/** The same error with what it leaves and what to do; any other error as it is. */
export function withWayOut(error: unknown, run: Stopped): unknown {
  if (!(error instanceof NonFiniteError)) return error;
  return new NonFiniteError(`${error.message} ${wayOut(error, run)}`, error);
}

function wayOut({ place, step }: NonFiniteError, { experiment, dir, lastStep }: Stopped): string {
  const last = lastStep ?? 0;
  if (place === 'advantage') return `Nothing of this step was kept: the run stands after step ${last}.`;
  const trained = place === 'evaluation' || place === 'update' ? step : step - 1;
  const float16 = float16Settings(place, experiment);
  if (trained <= 0)
    return float16 === ''
      ? 'Nothing was trained yet: it is the model, or the adapter of lora.from, that does this.'
      : `Nothing was trained yet: begin a new run with ${float16} "float32", whose numbers go further.`;
  // A policy from which a step was sampled gave numbers; one whose first sample is none was spoiled by the step before.
  const asked = place === 'rollout' || place === 'demonstration' || place === 'evaluation';
  const good = asked ? trained - 1 : step - 1;
  const left = asked ? [`Step ${trained} left this policy`] : [];
  const lost = asked && trained <= last ? [] : [`Nothing of this step was kept: the run stands after step ${last}`];
  const spoiled = [...left, ...lost].join('. ');
  const replay = last > 0 ? ` \`${replayHint(dir, last)}\` shows what step ${last} made of each token.` : '';
  const { learningRate, maxGradNorm } = experiment.optimizer;
  const further =
    float16 === '' ? '' : `${float16} "float32", whose numbers go further; where that is not enough, with `;
  const lower = `${further}a lower optimizer.learningRate (it is ${learningRate}), more optimizer.warmupSteps or a lower optimizer.maxGradNorm (${maxGradNorm})`;
  return (
    `${spoiled}.${replay} To resume computes the same again. Begin a new run with ${lower}` +
    `${startOf(dir, experiment.full, good)}.`
  );
}

/** Which settings had this computed in 16 bits; none where it was in float32. */
function float16Settings(place: NonFinitePlace, { lora, rollout }: Stopped['experiment']): string {
  const settings = [
    lora?.base === 'float16' && 'lora.base',
    place === 'rollout' && rollout.weights === 'float16' && 'rollout.weights',
  ];
  return settings.filter((name) => name !== false).join(' and ');
}

/** How a new run begins with the newest policy saved until `good`. */
function startOf(dir: string, full: boolean, good: number): string {
  const kinds: readonly SavedKind[] = ['state', 'checkpoints'];
  const saved = kinds
    .flatMap((kind) => savedSteps(dir, kind).map((step) => ({ step, path: resolve(dir, savedFolder(kind, step)) })))
    .filter(({ step }) => step <= good)
    .sort((a, b) => b.step - a.step);
  const newest = saved[0];
  if (newest === undefined) return '';
  return `; with ${full ? '`model`' : '`lora.from`'} ${newest.path} it goes on from the policy after step ${newest.step}, which was good`;
}
