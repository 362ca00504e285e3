/** Sums up what graders told of a file, to what is told of it in the places of its text. */
import type { GraderTrace } from '../protocol/grader.ts';
import type { Place, Trace } from '../protocol/scoring.ts';
import type { ProbedPlace } from '../source/probedPlaces.ts';

interface Counts {
  reached: number;
  yes: number;
  no: number;
}

export class TraceCounts {
  readonly #places: readonly ProbedPlace[];
  readonly #counts: readonly Counts[];
  readonly #values = new Map<number, { text: string; times: number }>();

  constructor(places: readonly ProbedPlace[]) {
    this.#places = places;
    this.#counts = places.map(() => ({ reached: 0, yes: 0, no: 0 }));
  }

  add({ reached, yes, no, values }: GraderTrace): void {
    for (const [at, counts] of this.#counts.entries()) {
      counts.reached += reached[at] ?? 0;
      counts.yes += yes[at] ?? 0;
      counts.no += no[at] ?? 0;
    }
    for (const [at, text, times] of values)
      this.#values.set(at, { text, times: times + (this.#values.get(at)?.times ?? 0) });
  }

  trace(): Trace {
    const values: Trace['values'] = [];
    const branches: Trace['branches'] = [];
    const matches: Trace['matches'] = [];
    for (const [at, probed] of this.#places.entries()) {
      const { reached, yes, no } = this.#of(at);
      const value = this.#values.get(at);
      switch (probed.kind) {
        case 'const':
        case 'assigned':
        case 'return':
        case 'condition':
          if (value) values.push({ ...probed.place, kind: probed.kind, ...value });
          if (probed.kind !== 'condition' || probed.branches === undefined) break;
          branches.push({ ...probed.branches.then, what: 'then', took: yes, calls: reached });
          branches.push({ ...probed.branches.else, what: 'else', took: no, calls: reached });
          break;
        case 'case':
          branches.push({ ...probed.place, what: 'case', took: reached, calls: this.#of(probed.of).reached });
          break;
        case 'match':
          matches.push({ ...probed.place, matched: yes, calls: reached });
          break;
        case 'switch':
      }
    }
    return { values: values.sort(byEnd), branches: branches.sort(byBeginning), matches: matches.sort(byBeginning) };
  }

  #of(at: number): Counts {
    return this.#counts[at] ?? { reached: 0, yes: 0, no: 0 };
  }
}

/** What is inside another comes before it, as it is evaluated. */
function byEnd(a: Place, b: Place): number {
  return a.endLine - b.endLine || a.endColumn - b.endColumn || b.line - a.line || b.column - a.column;
}

/** What is inside another comes behind it. */
function byBeginning(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column || b.endLine - a.endLine || b.endColumn - a.endColumn;
}
