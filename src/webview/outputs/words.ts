/** Words and numbers as the panel writes them. */
import type { HistoryPoint, ProblemPlace } from '../../engine/protocol/panels/outputs.ts';
import type { OutputScope } from '../../engine/protocol/panels/outputsRequests.ts';
import type { StopReason } from '../../engine/protocol/completion.ts';

export const STOP_REASONS: Readonly<Record<StopReason, string>> = {
  eos: 'ended by itself',
  stop: 'ended at a stop string',
  length: 'cut off at the token limit',
};

const SCOPES: Readonly<Record<OutputScope['split'], string>> = {
  train: 'Training problems',
  validation: 'Held-out problems',
  test: 'Test problems',
};

export function scopeName({ purpose, split }: OutputScope): string {
  if (purpose === 'rollout')
    return split === 'train' ? 'Training rollouts' : `Rollouts on ${SCOPES[split].toLowerCase()}`;
  return SCOPES[split];
}

/** Three decimals, or as many as a small number needs, and a true minus: `−0.123`, `1`, `0.00012`. */
export function decimal(value: number): string {
  const short = Math.abs(value) < 0.001 ? value.toPrecision(2) : value.toFixed(3);
  return String(Number(short)).replace('-', '−');
}

/** The same with its sign, as of an advantage. */
export function signed(value: number): string {
  return value > 0 ? `+${decimal(value)}` : decimal(value);
}

/** `Problem 12`, by its row in the dataset file; of several tasks `Problem 12 of svamp`. */
export function problemName({ task, row }: ProblemPlace): string {
  return task === null ? `Problem ${row}` : `Problem ${row} of ${task}`;
}

/** What the picture of a history shows. */
export function historyWords(history: readonly HistoryPoint[]): string {
  const first = history[0];
  const last = history.at(-1);
  if (first === undefined || last === undefined) return 'Not tried yet';
  const of = ({ from, to, solved, samples }: HistoryPoint): string =>
    `${solved} of ${samples} solved ${from === to ? `at step ${from}` : `at steps ${from} to ${to}`}`;
  return history.length === 1 ? capital(of(first)) : `${capital(of(first))}, ${of(last)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
