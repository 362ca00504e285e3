/** What a replayed step says, in plain English: whether it came out as it was trained, and how far it is to get there. */
import { CLIPS, type Replay, type ReplayCheck, type ReplayPlan, type ReplayProgress } from '../protocol/replay.ts';
import { count, duration, plural } from '../words/format.ts';

type Result = Pick<Replay, 'step' | 'checks' | 'notes'>;

const NAMES: Readonly<Record<ReplayCheck['what'], string>> = {
  redone: 'loss and gradient norm of the steps before',
  completions: 'completions',
  advantages: 'advantages',
  loss: 'loss',
  gradNorm: 'gradient norm',
  metrics: 'other metrics',
  state: 'saved policy and optimiser',
};

/** What was compared, as a person calls it. */
export function checkName({ what }: ReplayCheck): string {
  return NAMES[what];
}

/** `64 of 64 equal`; of what the run keeps no more, that. */
export function checkResult({ values, differing, what }: ReplayCheck): string {
  if (values === 0) return what === 'state' ? 'not kept by the run' : 'none';
  return `${count(values - differing)} of ${count(values)} equal`;
}

/** Whether all of it came out to the last bit. */
export function isEqual({ checks }: Pick<Replay, 'checks'>): boolean {
  return checks.every(({ differing }) => differing === 0);
}

/** The first that differs, of what everything after it follows from. */
function firstDifference({ checks }: Pick<Replay, 'checks'>): NonNullable<ReplayCheck['first']> | null {
  return checks.find(({ first }) => first !== null)?.first ?? null;
}

/** One line: what agreed, or the first that did not. */
export function replaySentence(replay: Result): string {
  const { step, checks } = replay;
  const difference = firstDifference(replay);
  if (difference === null) {
    const completions = checks.find(({ what }) => what === 'completions')?.values ?? 0;
    return `Replayed step ${count(step)}: ${plural(completions, 'completion')}, loss and gradient norm equal bit for bit.`;
  }
  const differing = checks.filter((check) => check.differing > 0).map(checkName);
  const { where, recorded, replayed } = difference;
  return (
    `Replayed step ${count(step)}, which came out otherwise than recorded (${differing.join(', ')}). ` +
    `First of all, ${where}: recorded ${recorded}, now ${replayed}.`
  );
}

/** What is not as it was may be why bits differ; where none does, there is nothing to explain. */
export function replayNotes(replay: Result): readonly string[] {
  return isEqual(replay) ? [] : replay.notes;
}

/** From where a step is computed again, and about how long that takes. */
export function planSentence({ from, redone, seconds }: ReplayPlan): string {
  const start =
    from === 0 ? 'From the policy that the run began with' : `From the policy saved after step ${count(from)}`;
  const again = redone === 0 ? 'the step alone' : `${plural(redone, 'step')} before it first`;
  return `${start}: ${again}${seconds === null ? '' : `, about ${duration(seconds)} of computing`}.`;
}

const PHASES: Readonly<Record<ReplayProgress['phase'], string>> = {
  load: 'loading the model',
  rollout: 'sampling again',
  train: 'updating',
  tokens: 'looking at the tokens',
};

/** Where a replay stands: `step 12, sampling again 8/64`. */
export function progressWords({ step, phase, done, total }: ReplayProgress): string {
  const counted = phase === 'rollout' ? ` ${done}/${total}` : '';
  return `${phase === 'load' ? '' : `step ${step}, `}${PHASES[phase]}${counted}`;
}

/** Whether and why a ratio is clipped; '' where it is not. @param clip a value of `CLIPS` */
export function clipWords(clip: number): string {
  switch (clip) {
    case CLIPS.low:
      return 'low';
    case CLIPS.high:
      return 'high';
    case CLIPS.bound:
      return 'bound';
    default:
      return '';
  }
}
