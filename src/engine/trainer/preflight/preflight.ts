/**
 * A preflight: opens an experiment as training does, tries a few of its steps, and says what the run is expected to be like. The policy is
 * thrown away, and no run is written.
 */
import { resolve } from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import type { Forecast } from '../../protocol/forecast.ts';
import { controlled } from '../controls.ts';
import type { EngineContext } from '../engineContext.ts';
import { openExperiment, type Opened } from '../open.ts';
import { readExperiment } from '../readExperiment.ts';
import { ResourceMeter, workingPids } from '../resources.ts';
import { withThreads } from '../sameRun.ts';
import { fingerprintOf } from './fingerprint.ts';
import { forecastOf } from './forecastOf.ts';
import { decodeWidth, longestRow, meanPrompt } from './rows.ts';
import { planSample } from './samplePlan.ts';
import { tryRun } from './tryRun.ts';

export interface PreflightOptions {
  readonly experimentPath: string;
  /** `path=value` of `--set`. */
  readonly overrides: readonly string[];
}

export interface Preflight {
  readonly forecast: Forecast;
  /** The experiment that was tried, which its file may no longer say. */
  readonly experiment: Experiment;
}

/**
 * @param context its signal kills what computes; then the preflight rejects
 * @throws UserError where the experiment cannot be used, or nothing of it is sampled
 */
export async function preflight(options: PreflightOptions, context: EngineContext): Promise<Preflight> {
  const experimentPath = resolve(options.experimentPath);
  const named = controlled(await readExperiment(experimentPath, options.overrides));
  requireSampling(named);
  const experiment = withThreads(named, context.defaultThreads);
  const availableBytes = process.availableMemory();
  const began = performance.now();
  let opened: Opened | null = null;
  const meter = new ResourceMeter(() => (opened === null ? [] : workingPids(opened)));
  try {
    opened = await openExperiment(experiment, experimentPath, null, context);
    const { policy, problems } = opened;
    const width = decodeWidth(experiment, opened);
    const plan = planSample(experiment, {
      parameters: policy.parameters,
      promptTokens: meanPrompt(problems.train),
      heldOut: problems.validation.length,
      width: width(experiment.rollout.maxRows, experiment.evaluation.samples).rows,
    });
    const tried = await tryRun(experiment, opened, plan, meter, context);
    const forecast = forecastOf(tried, {
      ...{ experiment, width, availableBytes, fingerprint: fingerprintOf(named, opened) },
      validation: problems.validation.length,
      test: problems.test.length,
      longestRow: longestRow(experiment, opened),
      seconds: (performance.now() - began) / 1000,
    });
    return { forecast, experiment };
  } finally {
    await opened?.close();
  }
}

function requireSampling({ method, rewards }: Experiment): void {
  if (method === 'sft')
    throw new UserError(
      'A preflight tries how problems are sampled and rewarded, and "method": "sft" does neither. Its first steps show how long they take.',
    );
  if (rewards.length === 0)
    throw new UserError('The experiment has no reward function, so there is nothing that a preflight could try.');
}
