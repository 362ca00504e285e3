/**
 * What instrumented code reports to while it runs, see `source/instrument.ts`: in which calls of a reward function each place was come
 * to, and, for a call that is watched, with which values. Calls may overlap. Nothing of it throws.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { GraderTrace } from '../protocol/grader.ts';
import { valueText } from './valueText.ts';

/** Where a bundle finds the probe when it is loaded, as a key of the global object. */
export const PROBE_SYMBOL = 'rlvr.probe';

/** What the code calls, with the number of the place. Values are given back as they are. */
export interface CodeProbe {
  readonly value: (at: number, value: unknown) => unknown;
  /** A condition: it held, or not. */
  readonly condition: (at: number, value: unknown) => unknown;
  /** What a `switch` is over. */
  readonly reach: (at: number, value: unknown) => unknown;
  /** A `case`. */
  readonly enter: (at: number) => void;
  /** What `test`, `exec`, `match` or `search` gave back. */
  readonly match: (at: number, result: unknown) => unknown;
  /** What `split` gave back. */
  readonly split: (at: number, result: unknown) => unknown;
  /** What is searched by the call that `replaced` is told of next. */
  readonly input: (at: number, value: unknown) => unknown;
  /** What `replace`, `replaceAll` or `matchAll` gave back: that alone does not tell whether the expression matched. */
  readonly replaced: (at: number, result: unknown, regExp: RegExp) => unknown;
}

const REACHED = 1;
const YES = 2;
const NO = 4;

interface Call {
  /** Of each place what was counted already: each call counts once. */
  readonly seen: Uint8Array;
  readonly watched: WatchedValues | null;
}

export class Probe {
  readonly code: CodeProbe;
  readonly #calls = new AsyncLocalStorage<Call>();
  /** The call whose code is running, as long as it has not waited for anything. */
  #running: Call | null = null;
  #reached: Uint32Array;
  #yes: Uint32Array;
  #no: Uint32Array;
  #values: WatchedValues | null = null;

  constructor(places: number) {
    this.#reached = new Uint32Array(places);
    this.#yes = new Uint32Array(places);
    this.#no = new Uint32Array(places);
    this.code = this.#codeProbe();
  }

  /** Runs a call of a reward function. */
  run(watched: boolean, call: () => unknown): unknown {
    const values = watched ? new WatchedValues() : null;
    if (values !== null) this.#values = values;
    const own: Call = { seen: new Uint8Array(this.#reached.length), watched: values };
    this.#running = own;
    try {
      return this.#calls.run(own, call);
    } finally {
      this.#running = null;
    }
  }

  /** What was counted since the last report. */
  report(): GraderTrace {
    const report = {
      reached: [...this.#reached],
      yes: [...this.#yes],
      no: [...this.#no],
      values: this.#values?.texts() ?? [],
    };
    for (const counts of [this.#reached, this.#yes, this.#no]) counts.fill(0);
    this.#values = null;
    return report;
  }

  #current(): Call | null {
    return this.#running ?? this.#calls.getStore() ?? null;
  }

  #count(call: Call, at: number, what: number): void {
    const seen = call.seen[at] ?? 0;
    const fresh = what & ~seen;
    if (fresh === 0) return;
    call.seen[at] = seen | what;
    if (fresh & REACHED) this.#reached[at] = (this.#reached[at] ?? 0) + 1;
    if (fresh & YES) this.#yes[at] = (this.#yes[at] ?? 0) + 1;
    if (fresh & NO) this.#no[at] = (this.#no[at] ?? 0) + 1;
  }

  #codeProbe(): CodeProbe {
    const inputs: unknown[] = [];
    const count = (at: number, what: number): void => {
      const call = this.#current();
      if (call !== null) this.#count(call, at, what);
    };
    const found = (at: number, yes: boolean): void => count(at, REACHED | (yes ? YES : NO));
    return Object.freeze<CodeProbe>({
      value: (at, value) => {
        this.#current()?.watched?.keep(at, value);
        return value;
      },
      condition: (at, value) => {
        const call = this.#current();
        if (call === null) return value;
        this.#count(call, at, REACHED | (value ? YES : NO));
        call.watched?.keep(at, value);
        return value;
      },
      reach: (at, value) => {
        count(at, REACHED);
        return value;
      },
      enter: (at) => count(at, REACHED),
      match: (at, result) => {
        // Without a result the call was left out: of `a?.match()` when there is no `a`.
        if (result !== undefined) found(at, result !== false && result !== null && result !== -1);
        return result;
      },
      split: (at, result) => {
        if (result !== undefined) found(at, !Array.isArray(result) || result.length !== 1);
        return result;
      },
      input: (at, value) => {
        inputs[at] = value;
        return value;
      },
      replaced: (at, result, regExp) => {
        const call = this.#current();
        const input = inputs[at];
        inputs[at] = undefined;
        if (call === null || typeof input !== 'string' || (call.seen[at] ?? 0) & YES) return result;
        // What was replaced by itself is found again; searching leaves an expression as it was.
        const changed = typeof result === 'string' && result !== input;
        this.#count(call, at, REACHED | (changed || input.search(regExp) !== -1 ? YES : NO));
        return result;
      },
    });
  }
}

/** So often an object is written down at a place as it is then; later, as it is in the end. */
const MAX_SNAPSHOTS = 10;

/** The values of one call. */
class WatchedValues {
  readonly #times: number[] = [];
  readonly #last: unknown[] = [];

  keep(at: number, value: unknown): void {
    const times = (this.#times[at] ?? 0) + 1;
    this.#times[at] = times;
    const mayChange = (typeof value === 'object' && value !== null) || typeof value === 'function';
    this.#last[at] = mayChange && times <= MAX_SNAPSHOTS ? new Snapshot(valueText(value)) : value;
  }

  /** Place, text, and how often it was come to. */
  texts(): [number, string, number][] {
    const texts: [number, string, number][] = [];
    for (let at = 0; at < this.#times.length; at++) {
      const times = this.#times[at];
      const last = this.#last[at];
      if (times !== undefined) texts.push([at, last instanceof Snapshot ? last.text : valueText(last), times]);
    }
    return texts;
  }
}

class Snapshot {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
