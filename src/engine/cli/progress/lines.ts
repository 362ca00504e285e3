/** The lines of the progress display, from its state: the live block of a terminal, and the plain lines of a log. */
import type { EngineEvent, MeasuredSummary } from '../../protocol/events.ts';
import { count, duration, measure, percent, timeLeft } from '../../words/format.ts';
import { displayWidth, printable, type Span } from '../text.ts';
import { bar, sparkline } from './chart.ts';
import { secondsLeft, secondsPerStep, tokensPerSecond, type Phase, type ProgressState } from './state.ts';

export type Line = readonly Span[];

/** Cells of the labels at the left, so that values lie below each other. */
const LABEL_WIDTH = 10;
/** Evaluations lie below each other up to step 9,999. */
const STEP_WIDTH = 11;
/** A bar shorter than this says less than the numbers beside it. */
const MIN_BAR = 8;
/** Longer ones are no easier to read. */
const MAX_BAR = 32;
const MAX_CURVE = 40;

const PHASES: Readonly<Record<Phase['phase'], string>> = {
  load: 'loading the model',
  profile: 'measuring pass rates',
  rollout: 'sampling',
  reward: 'scoring',
  train: 'training',
  eval: 'evaluating',
};

/** The block that is redrawn in place, for a terminal of `width` cells; `now` on the clock of the state. */
export function liveBlock(state: ProgressState, now: number, width: number): Line[] {
  if (state.run === null) return state.phase === null ? [] : [phaseLine(state.phase, width)];
  const lines = [stepLine(state, now, width)];
  const { curve, lastEvaluation } = state;
  const newest = curve.values.at(-1);
  if (newest !== undefined) {
    const text = `${measure(newest)}  `;
    const cells = Math.min(MAX_CURVE, width - LABEL_WIDTH - displayWidth(text));
    lines.push([
      ...labelled(curve.name, text),
      { text: cells > 0 ? sparkline(curve.values, cells) : '', style: 'cyan' },
    ]);
  }
  if (lastEvaluation !== null) lines.push(accuracyLine(state, lastEvaluation, width));
  lines.push(speedLine(state, width));
  return lines;
}

function stepLine(state: ProgressState, now: number, width: number): Line {
  const steps = state.run?.steps ?? 0;
  const left = secondsLeft(state, now);
  const fraction = steps > 0 ? state.step / steps : 1;
  const text = [
    `  step ${state.step} of ${steps}`,
    `  ${wholePercent(fraction)}`,
    left === null ? '' : `  ${timeLeft(left)} left`,
  ].join('');
  return [...barSpans(fraction, width - displayWidth(text)), { text: text.trimStart() }];
}

/** A bar and the space behind it, or nothing where there is no room for one. */
function barSpans(fraction: number, room: number): Line {
  const cells = Math.min(MAX_BAR, room);
  if (cells < MIN_BAR) return [];
  const { filled, empty } = bar(fraction, cells);
  return [{ text: filled, style: 'green' }, { text: empty, style: 'dim' }, { text: '  ' }];
}

function accuracyLine(state: ProgressState, last: MeasuredSummary, width: number): Line {
  const first = state.firstEvaluation;
  const before =
    first === null || first.step === last.step || first.split !== last.split
      ? ''
      : `  from ${percent(first.accuracy.value)} at step ${first.step}`;
  return assemble(width, [
    labelled('held-out', percent(last.accuracy.value)),
    [{ text: `  ${interval(last)} at step ${last.step}`, style: 'dim' }],
    [{ text: before, style: 'dim' }],
  ]);
}

function speedLine(state: ProgressState, width: number): Line {
  const pace = secondsPerStep(state);
  const rate = tokensPerSecond(state);
  const parts = [
    rate === null ? '' : `${count(rate)} tokens/s`,
    pace === null ? '' : `${duration(pace)} a step`,
    state.phase === null ? '' : phaseText(state.phase),
  ].filter((part) => part !== '');
  const [first = 'starting', ...rest] = parts;
  const label = pace === null && rate === null ? 'now' : 'speed';
  return assemble(width, [labelled(label, first), ...rest.map((part): Line => [{ text: `  ${part}`, style: 'dim' }])]);
}

/** Rounded down: 100 % is said when all is done. */
function wholePercent(fraction: number): string {
  return `${Math.floor(100 * Math.min(1, fraction))} %`;
}

function phaseLine(phase: Phase, width: number): Line {
  const text = phaseText(phase);
  return [...barSpans(phase.done / Math.max(1, phase.total), width - displayWidth(text) - 2), { text }];
}

function phaseText({ phase, done, total }: Phase): string {
  // A share, because what is counted (tokens, rows, problems) and how many there will be depends on the phase.
  return done > 0 && total > 1 ? `${PHASES[phase]} ${wholePercent(done / total)}` : PHASES[phase];
}

/** The lines that an event leaves behind; none for one that only changes the numbers. */
export function permanentLines(event: EngineEvent, title: string): Line[] {
  switch (event.event) {
    case 'started':
      return [startLine(event, printable(title))];
    case 'eval':
      return [evaluationLine(event)];
    case 'warning':
      return warningLines(event.message);
    case 'rewards':
    case 'stoppedEarly':
    case 'phase':
    case 'step':
    case 'done':
    case 'stopped':
      return [];
  }
}

const NAMES: Readonly<Record<MeasuredSummary['split'], string>> = {
  train: 'accuracy in training',
  validation: 'held-out accuracy',
  test: 'test accuracy',
};

/** Evaluations stay on the screen and in the log; those of several tasks with what each came to. */
export function evaluationLine(evaluation: MeasuredSummary): Line {
  const { step, split, problems, samples, correct, accuracy, tasks = {} } = evaluation;
  const what = NAMES[split];
  return [
    { text: `step ${step}`.padEnd(STEP_WIDTH), style: 'dim' },
    { text: `${what} ` },
    { text: percent(accuracy.value), style: 'bold' },
    { text: `  ${interval({ accuracy })}`, style: 'dim' },
    { text: `  ${solved(correct, problems * samples)}`, style: 'dim' },
    ...Object.entries(tasks).map(([task, own]) => ({ text: `  ${task} ${percent(own.accuracy.value)}` })),
  ];
}

/** Several samples of a problem are counted one by one. */
function solved(correct: number, completions: number): string {
  return `${count(correct)} of ${count(completions)} solved`;
}

export function warningLines(message: string): Line[] {
  return message
    .trimEnd()
    .split('\n')
    .map((text, index) => [{ text: `${index === 0 ? 'warning: ' : '  '}${printable(text)}`, style: 'yellow' }]);
}

export function startLine({ id, resumedFrom }: Extract<EngineEvent, { event: 'started' }>, title: string): Line {
  return [
    { text: title, style: 'bold' },
    { text: `  run ${id}${resumedFrom === undefined ? '' : `, resumed after step ${resumedFrom}`}` },
  ];
}

/** One step in a log. */
export function plainStep(state: ProgressState, now: number): string {
  const { run, step, curve } = state;
  const rate = tokensPerSecond(state);
  const newest = curve.values.at(-1);
  const left = secondsLeft(state, now);
  return [
    `step ${step}${run === null ? '' : `/${run.steps}`}`,
    newest === undefined ? '' : `${curve.name} ${measure(newest)}`,
    rate === null ? '' : `${count(rate)} tokens/s`,
    left === null ? '' : `${timeLeft(left)} left`,
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function interval({ accuracy }: Pick<MeasuredSummary, 'accuracy'>): string {
  return `(${(100 * accuracy.low).toFixed(1)} to ${(100 * accuracy.high).toFixed(1)})`;
}

function labelled(label: string, value: string): Line {
  return [
    { text: label.padEnd(LABEL_WIDTH), style: 'dim' },
    { text: value, style: 'bold' },
  ];
}

/** The first part, and of the others those that still fit into `width`, so that what is shown is shown whole. */
function assemble(width: number, parts: readonly Line[]): Line {
  const line: Span[] = [];
  let used = 0;
  for (const [index, part] of parts.entries()) {
    const cells = part.reduce((sum, { text }) => sum + displayWidth(text), 0);
    if (index > 0 && used + cells > width) break;
    used += cells;
    line.push(...part);
  }
  return line;
}
