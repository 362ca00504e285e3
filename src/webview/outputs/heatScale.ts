/** From the value of a token to a colour, and to words. */
import type { Heat } from '../../engine/protocol/panels/outputsRequests.ts';

/** Levels above "nothing to see", which is 0. */
export const LEVELS = 7;

export type ShownHeat = Exclude<Heat, 'none'>;

/** Where a token stands: how strong its colour is, and of two colours which. */
export interface HeatLevel {
  readonly level: number;
  readonly side: 'over' | 'under';
}

interface Scale {
  /** Ascending strengths at which a level begins. */
  readonly bounds: readonly number[];
  strength(value: number): number;
  /** A bound as the legend names it. */
  label(bound: number): string;
  describe(value: number): string;
  /** Whether it has the other of two colours. */
  isUnder?(value: number): boolean;
}

/** The unlikely stand out. */
const LOGPROB = {
  bounds: [0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99],
  strength: (value: number) => 1 - Math.exp(value),
  label: (bound: number) => `≤ ${percent(1 - bound)}`,
};

const RATIO = {
  bounds: [0.05, 0.1, 0.2, 0.4, 0.7, 1.2, 2].map((log) => Math.expm1(log)),
  strength: (value: number) => Math.max(value, 1 / value) - 1,
  label: (bound: number) => `× ${decimal(1 + bound)}`,
  isUnder: (value: number) => value < 1,
};

/** By what protocol/replay.ts calls `CLIPS`: below, above, and beyond the bound of a negative advantage. */
const CLIP_WORDS = ['not clipped', 'clipped low', 'clipped high', 'clipped at the bound'];

const SCALES: Readonly<Record<ShownHeat, Scale>> = {
  logprob: {
    ...LOGPROB,
    describe: (value) => `log-probability ${decimal(value)}, probability ${percent(Math.exp(value))}`,
  },
  // Of a choice between e^n equally likely tokens it is n.
  entropy: {
    bounds: [0.1, 0.3, 0.6, 1, 1.5, 2, 3],
    strength: (value) => value,
    label: (bound) => `≥ ${bound}`,
    describe: (value) => `entropy ${decimal(value)} nats`,
  },
  ratio: { ...RATIO, describe: (value) => `ratio ${decimal(value)}` },
  old: { ...LOGPROB, describe: (value) => `log-probability before the step ${decimal(value)}` },
  after: { ...LOGPROB, describe: (value) => `log-probability after the step ${decimal(value)}` },
  updateRatio: { ...RATIO, describe: (value) => `ratio in the update ${decimal(value)}` },
  clipped: {
    bounds: [1, 2, 3],
    strength: (value) => value,
    label: (bound) => clipText(bound),
    describe: clipText,
    isUnder: (value) => value === 1,
  },
  kl: {
    bounds: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    strength: (value) => value,
    label: (bound) => `≥ ${bound}`,
    describe: (value) => `KL to the reference ${decimal(value)}`,
  },
  // Of all tokens of the step.
  lossShare: {
    bounds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
    strength: (value) => value,
    label: (bound) => `≥ ${percent(bound)}`,
    describe: (value) => `${percent(value)} of the loss`,
  },
};

/** null for a token without a value. */
export function heatLevel(heat: ShownHeat, value: number): HeatLevel | null {
  if (!Number.isFinite(value)) return null;
  const scale = SCALES[heat];
  const strength = scale.strength(value);
  const level = scale.bounds.filter((bound) => strength >= bound).length;
  return { level, side: scale.isUnder?.(value) === true ? 'under' : 'over' };
}

export function describeHeat(heat: ShownHeat, value: number): string {
  return Number.isFinite(value) ? SCALES[heat].describe(value) : 'no value';
}

/** What each level begins at, from 1 on. */
export function heatLegend(heat: ShownHeat): string[] {
  return SCALES[heat].bounds.map((bound) => SCALES[heat].label(bound));
}

function clipText(clip: number): string {
  return CLIP_WORDS[clip] ?? '';
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function decimal(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}
