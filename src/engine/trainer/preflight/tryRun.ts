/** Tries what a run does, a little of each: evaluating, steps, saving. In the order of a run, since the first calls prepare the later ones. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '../../data/problems.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import type { EngineContext } from '../engineContext.ts';
import { evaluate } from '../evaluate.ts';
import type { Opened } from '../open.ts';
import { openSampler } from '../openSampler.ts';
import { workingPids, type Lap, type ResourceMeter } from '../resources.ts';
import { requireWorkingTasks, RewardFailures } from '../rewardFailures.ts';
import type { StepContext } from '../runContext.ts';
import type { ScoredGroup } from '../scoredGroup.ts';
import type { SamplePlan } from './samplePlan.ts';
import type { Tried, TriedStep } from './tried.ts';
import { tryStep } from './tryStep.ts';

/** Held-out problems of the first call, which makes the sessions. */
const FIRST_HELD_OUT = 2;

/** Rejects when the signal aborts. */
export async function tryRun(
  experiment: Experiment,
  opened: Opened,
  plan: SamplePlan,
  meter: ResourceMeter,
  context: EngineContext,
): Promise<Tried> {
  const opening = meter.lap();
  const failures = new RewardFailures();
  const first = spread(opened.problems.validation, Math.min(FIRST_HELD_OUT, plan.heldOut));
  const heldOutFirst = await tryHeldOut(experiment, opened, { problems: first, meter, failures, context });

  const { sampler, curriculum } = await openSampler(withoutMeasuring(experiment), opened.problems, {
    solvedGroups: () => [],
    profile: null,
  });
  const run: StepContext = {
    ...{ emit: context.emit, experiment, problems: opened.problems, sampler, curriculum, failures },
    compute: opened.compute,
    sample: (request, listener) => opened.compute.request(request, listener),
    scorer: opened.scorer,
    writer: { recordedStep: () => NOTHING_RECORDED },
  };
  const steps: TriedStep[] = [];
  for (const [index, problems] of plan.parts.entries()) {
    await context.beforeStep?.();
    context.signal.throwIfAborted();
    steps.push(await tryStep(run, index + 1, problems, meter));
  }

  const held = spread(opened.problems.validation, plan.heldOut);
  const heldOut = await tryHeldOut(experiment, opened, { problems: held, meter, failures, context });
  // Such a run would end with its first evaluation.
  if (heldOut !== null) requireWorkingTasks(heldOut.groups, experiment);
  const saving = steps.length === 0 ? null : await trySaving(opened, meter, context);
  return {
    opening,
    heldOutFirst,
    heldOut,
    steps,
    saving,
    processes: 1 + (workingPids(opened) ?? opened.scorer.pids).length,
  };
}

const NOTHING_RECORDED = { find: () => undefined };

/** Measuring how often each problem is solved takes a pass over all of them: the sample is drawn as if nothing were known of that. */
function withoutMeasuring({ curriculum, ...experiment }: Experiment): Experiment {
  return curriculum === undefined || curriculum.by === 'passRate' ? experiment : { ...experiment, curriculum };
}

/** So many of the problems, evenly over all of them. */
function spread(problems: readonly Problem[], count: number): Problem[] {
  return Array.from({ length: count }, (_, index) => problems[Math.floor((index * problems.length) / count)]).filter(
    (problem) => problem !== undefined,
  );
}

interface HeldOut {
  readonly problems: readonly Problem[];
  readonly meter: ResourceMeter;
  readonly failures: RewardFailures;
  readonly context: EngineContext;
}

/** null where there is nothing to ask. */
async function tryHeldOut(
  experiment: Experiment,
  opened: Opened,
  { problems, meter, failures, context }: HeldOut,
): Promise<(NonNullable<Tried['heldOut']> & { readonly groups: readonly ScoredGroup[] }) | null> {
  meter.lap();
  const found = await evaluate(
    {
      ...context,
      ...opened,
      sample: (request, listener) => opened.compute.request(request, listener),
      experiment,
      problems: { ...opened.problems, validation: problems },
      failures,
      writer: null,
    },
    0,
    'validation',
  );
  return found === null ? null : { problems: problems.length, lap: meter.lap(), groups: found.groups };
}

async function trySaving(opened: Opened, meter: ResourceMeter, { temporary }: EngineContext): Promise<Lap> {
  const folder = await mkdtemp(join(temporary ?? tmpdir(), 'rlvr-preflight-'));
  try {
    meter.lap();
    await opened.compute.request({ kind: 'save', folder: join(folder, 'state') });
    return meter.lap();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
