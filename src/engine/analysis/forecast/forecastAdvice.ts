/** What in a forecast is reason to stop and think, and what would help. */
import type { Experiment } from '../../protocol/experiment.ts';
import type { Forecast } from '../../protocol/forecast.ts';
import { tasksOf } from '../../protocol/tasks.ts';
import { bytes, duration, percent, plural } from '../../words/format.ts';
import { causeWords } from '../signal/causeWords.ts';
import { causeCounts, rangeWords } from './forecastWords.ts';

/** From this share of groups without an advantage on, most of the time goes into completions that teach nothing. */
const MOSTLY_DEAD = 0.5;
/** Completions cut off: beyond this share the greatest length decides what is rewarded. */
const MANY_TRUNCATED = 0.2;
/** Longer than a working day. */
const LONG_SECONDS = 8 * 3600;
/** A larger group is worth a word where so much more of them would have an advantage. */
const WORTHWHILE_GAIN = 0.05;

/** Each one sentence or more, the weightiest first; empty where nothing stands out. */
export function forecastAdvice(forecast: Forecast, experiment: Experiment): string[] {
  return [
    ...memoryAdvice(forecast, experiment),
    ...signalAdvice(forecast, experiment),
    ...truncationAdvice(forecast, experiment),
    ...timeAdvice(forecast),
  ];
}

function memoryAdvice({ peakBytes, availableBytes }: Forecast, { training }: Experiment): string[] {
  if (peakBytes === null || peakBytes.high <= availableBytes) return [];
  const certain = peakBytes.value > availableBytes;
  return [
    `The run ${certain ? 'needs' : 'may need'} more memory than there is: ${rangeWords(peakBytes, bytes)}, of ${bytes(availableBytes)} that are free. ` +
      `Lower training.microBatch, rollout.maxRows or rollout.maxCompletionLength, ${training.gradientCheckpointing ? '' : 'set training.gradientCheckpointing, '}or close other programs.`,
  ];
}

function signalAdvice({ signal, groupSize }: Forecast, experiment: Experiment): string[] {
  if (signal === null || 1 - signal.advantage.value < MOSTLY_DEAD) return [];
  const tasks = tasksOf(experiment);
  const causes = signal.causes
    .toSorted((a, b) => b.count - a.count)
    .map(({ cause, count }) => ({ cause, count, ...causeWords(cause, { experiment, tasks, blamed: [] }) }));
  const [first] = causes;
  const { value, low, high } = signal.advantage;
  const dead = { value: 1 - value, low: 1 - high, high: 1 - low };
  return [
    `Most groups would teach nothing: ${rangeWords(dead, percent)} have no advantage (${causeCounts(causes)}).` +
      (first === undefined ? '' : ` ${first.meaning}`),
    ...[...help(first?.cause, experiment), ...largerGroups(signal, groupSize)],
  ];
}

function help(cause: string | undefined, { curriculum, algorithm, training }: Experiment): string[] {
  if (cause !== 'wrong' && cause !== 'right') return [];
  const tasks = cause === 'wrong' ? 'easier' : 'harder';
  const offered = [
    `${tasks} problems`,
    ...(curriculum === undefined
      ? ['a curriculum, such as "curriculum": { "by": "adaptive" }, which draws most what is solved half of the time']
      : []),
    ...(algorithm.dynamicSampling === false
      ? [
          `"algorithm": { "dynamicSampling": {} }, which draws more problems until ${plural(training.problemsPerStep, 'group')} of a step ${training.problemsPerStep === 1 ? 'has' : 'have'} an advantage, and takes as much longer`,
        ]
      : []),
  ];
  return [`What would help: ${offered.join('; ')}.`];
}

function largerGroups({ advantage, otherGroupSizes }: NonNullable<Forecast['signal']>, groupSize: number): string[] {
  const better = otherGroupSizes.find((other) => other.advantage >= advantage.value + WORTHWHILE_GAIN);
  if (better === undefined) return [];
  return [
    `With rollout.groupSize ${better.groupSize} in place of ${groupSize} about ${percent(better.advantage)} of the groups would have an advantage instead of ${percent(advantage.value)}, ` +
      'by how often each problem was solved; a step takes as many times longer as there are more completions.',
  ];
}

function truncationAdvice({ signal }: Forecast, { rollout }: Experiment): string[] {
  if (signal === null || signal.truncated.value < MANY_TRUNCATED) return [];
  return [
    `${rangeWords(signal.truncated, percent)} of the completions are cut off at ${plural(rollout.maxCompletionLength, 'token')}: raise rollout.maxCompletionLength, ` +
      'or ask in the prompt for shorter answers; where the model does not know when to stop, rollout.stop can say it.',
  ];
}

function timeAdvice({ total }: Forecast): string[] {
  if (total.seconds.value < LONG_SECONDS) return [];
  return [
    `It would take about ${duration(total.seconds.value)}. Fewer training.steps, fewer problems or shorter completions make it quicker; ` +
      'a stopped run can be resumed.',
  ];
}
