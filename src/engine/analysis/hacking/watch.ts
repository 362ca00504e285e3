/** Looks at a run at each of its evaluations with every detector. */
import { hackingKinds, type HackingKind } from '../../protocol/panels/signal.ts';
import { accuracyFalls } from './accuracyFalls.ts';
import { duplicatesRise } from './duplicatesRise.ts';
import type { Detector, Found } from './finding.ts';
import { lengthDrifts } from './lengthDrifts.ts';
import { oneCarries } from './oneCarries.ts';
import type { WatchedRun } from './watchedRun.ts';

const DETECTORS: Readonly<Record<HackingKind, Detector>> = {
  accuracyFalls,
  lengthDrifts,
  duplicatesRise,
  oneCarries,
};

/**
 * Of each kind the first time that it was certain, oldest first. What was once seen is not taken back when it passes: the point
 * on the curve is where to look.
 */
export function watch(run: WatchedRun): Found[] {
  const parts = partsOf(run);
  return hackingKinds
    .flatMap((kind) => {
      for (const part of parts) {
        for (const [index, at] of part.evaluations.entries()) {
          const finding = DETECTORS[kind](part, index);
          if (finding !== null) return [{ kind, at, ...finding }];
        }
      }
      return [];
    })
    .sort((a, b) => a.at.step - b.at.step);
}

/** The run as one reward code scored it, then as the next did: each is looked at as if it were alone. */
function partsOf(run: WatchedRun): WatchedRun[] {
  const starts = [0, ...run.codeChanges];
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? Infinity;
    return { ...run, evaluations: run.evaluations.filter(({ step }) => step >= start && step < end) };
  });
}
