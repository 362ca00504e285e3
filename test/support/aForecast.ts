/** A forecast that a test can change where it matters. */
import type { Forecast } from '../../src/engine/protocol/forecast.ts';
import type { Estimate } from '../../src/engine/protocol/metrics.ts';

export function aForecast(changes: Partial<Forecast> = {}): Forecast {
  const time = { seconds: about(2), cpuSeconds: about(3) };
  return {
    version: 1,
    fingerprint: 'of this experiment',
    seed: 0,
    steps: 3,
    groupSize: 8,
    sample: { problems: 16, completions: 128, wholeSteps: true, heldOut: 20, seconds: 12.5 },
    signal: {
      advantage: { value: 0.375, low: 0.18, high: 0.61 },
      causes: [
        { cause: 'right', count: 1 },
        { cause: 'wrong', count: 9 },
      ],
      otherGroupSizes: [
        { groupSize: 16, advantage: 0.61 },
        { groupSize: 32, advantage: 0.75 },
      ],
      truncated: about(0.05),
      completionLength: about(40),
    },
    step: time,
    total: { seconds: about(60), cpuSeconds: about(90) },
    parts: { start: 5, steps: 50, evaluations: 4, saving: 1 },
    test: null,
    peakBytes: about(2e9),
    availableBytes: 8e9,
    cost: null,
    ...changes,
  };
}

/** With a range of a tenth around it. */
export function about(value: number): Estimate {
  return { value, low: 0.9 * value, high: 1.1 * value };
}
