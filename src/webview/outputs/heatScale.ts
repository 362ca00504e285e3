/** From the value of a token to a colour, and to words. */
import type { Heat } from '../../engine/protocol/panels/outputs.ts';

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
}

const SCALES: Readonly<Record<ShownHeat, Scale>> = {
  // The unlikely stand out.
  logprob: {
    bounds: [0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99],
    strength: (value) => 1 - Math.exp(value),
    label: (bound) => `≤ ${percent(1 - bound)}`,
    describe: (value) => `log-probability ${decimal(value)}, probability ${percent(Math.exp(value))}`,
  },
  // Of a choice between e^n equally likely tokens it is n.
  entropy: {
    bounds: [0.1, 0.3, 0.6, 1, 1.5, 2, 3],
    strength: (value) => value,
    label: (bound) => `≥ ${bound}`,
    describe: (value) => `entropy ${decimal(value)} nats`,
  },
  ratio: {
    bounds: [0.05, 0.1, 0.2, 0.4, 0.7, 1.2, 2].map((log) => Math.expm1(log)),
    strength: (value) => Math.max(value, 1 / value) - 1,
    label: (bound) => `× ${decimal(1 + bound)}`,
    describe: (value) => `ratio ${decimal(value)}`,
  },
};

/** null for a token without a value. */
export function heatLevel(heat: ShownHeat, value: number): HeatLevel | null {
  if (!Number.isFinite(value)) return null;
  const scale = SCALES[heat];
  const strength = scale.strength(value);
  const level = scale.bounds.filter((bound) => strength >= bound).length;
  return { level, side: heat === 'ratio' && value < 1 ? 'under' : 'over' };
}

export function describeHeat(heat: ShownHeat, value: number): string {
  return Number.isFinite(value) ? SCALES[heat].describe(value) : 'no value';
}

/** What each level begins at, from 1 on. */
export function heatLegend(heat: ShownHeat): string[] {
  return SCALES[heat].bounds.map((bound) => SCALES[heat].label(bound));
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function decimal(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}
