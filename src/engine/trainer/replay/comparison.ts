/** Holds what was computed again against what a run recorded, bit for bit. */
import type { Completion } from '../../protocol/completion.ts';
import { isClockMetric, type Metrics } from '../../protocol/metrics.ts';
import type { ReplayCheck } from '../../protocol/replay.ts';
import type { CompletionRecord } from '../../protocol/run.ts';
import { taskMetric } from '../../words/taskMetrics.ts';
import { completionPlace } from './places.ts';

type Difference = NonNullable<ReplayCheck['first']>;

/** Counts what was compared under one name, and keeps the first difference. */
export class Comparison {
  readonly #what: ReplayCheck['what'];
  #values = 0;
  #differing = 0;
  #first: Difference | null = null;

  constructor(what: ReplayCheck['what']) {
    this.#what = what;
  }

  /** One value more: null where it came out as recorded. */
  add(difference: Difference | null): void {
    this.#values++;
    if (difference === null) return;
    this.#differing++;
    this.#first ??= difference;
  }

  /** One finite number more, and where it is; null or undefined where a side has none. The database keeps no sign of zero. */
  addNumber(where: string, recorded: number | null | undefined, replayed: number | null | undefined): void {
    const [was, is] = [recorded ?? null, replayed ?? null];
    this.add(was === is ? null : differenceOf(where, was, is));
  }

  result(): ReplayCheck {
    return { what: this.#what, values: this.#values, differing: this.#differing, first: this.#first };
  }
}

function differenceOf(
  where: string,
  recorded: string | number | null,
  replayed: string | number | null,
): Difference | null {
  return Object.is(recorded, replayed) ? null : { where, recorded: shown(recorded), replayed: shown(replayed) };
}

/** Digits enough that two values that differ by one bit read differently. */
function shown(value: string | number | null): string {
  if (value === null) return 'none';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Everything that a run keeps of a completion beside its verdicts; the tokens first, for all else follows from them. */
const ARRAYS = [
  ['tokens', 'token id'],
  ['logprobs', 'log-probability'],
  ['sampledLogprobs', 'log-probability after truncation'],
  ['entropies', 'entropy'],
  ['tokenEnds', 'end in the text'],
] as const;

/** The first difference of a completion; null where it is the same to the last bit. */
export function completionDifference(recorded: Completion, replayed: Completion): Difference | null {
  const place = completionPlace(replayed.key);
  const ends = differenceOf(`${place}: stop reason`, recorded.stopReason, replayed.stopReason);
  for (const [field, name] of ARRAYS) {
    const [was, is] = [recorded[field], replayed[field]];
    for (let token = 0; token < Math.max(was.length, is.length); token++) {
      const found = differenceOf(`${place}, token ${token}: ${name}`, was[token] ?? null, is[token] ?? null);
      if (found) return found;
    }
  }
  return ends ?? differenceOf(`${place}: text`, recorded.text, replayed.text);
}

/** Whether two completions are the same tokens, so that the verdicts on one are those on the other. */
export function sameTokens(recorded: Completion, replayed: Completion): boolean {
  return (
    recorded.tokens.length === replayed.tokens.length &&
    recorded.tokens.every((token, index) => token === replayed.tokens[index])
  );
}

/** A rollout that the run has and that was not sampled again. */
export function notSampled({ key, tokens }: CompletionRecord): Difference {
  return { where: completionPlace(key), recorded: `${tokens.length} tokens`, replayed: 'not sampled' };
}

/** Checks of a step's metrics: those of the update by themselves, and all others but the clock's and those of evaluations. */
export function compareMetrics(recorded: Metrics, replayed: Metrics): ReplayCheck[] {
  const loss = new Comparison('loss');
  const gradNorm = new Comparison('gradNorm');
  const others = new Comparison('metrics');
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
    if (isClockMetric(name) || isEvaluationMetric(name)) continue;
    const comparison = name === 'loss' ? loss : name === 'grad_norm' ? gradNorm : others;
    comparison.addNumber(name, recorded[name], replayed[name]);
  }
  return [loss, gradNorm, others].map((comparison) => comparison.result());
}

/** A replay evaluates nothing: held-out problems change no weight. */
function isEvaluationMetric(name: string): boolean {
  const metric = taskMetric(name)?.metric ?? name;
  return metric.startsWith('eval/') || metric.startsWith('eval_');
}
