/** Edits of a reward file that mend what was found in it: only those that do, tried on the same completions. */
import type { SourceFix } from '../../engine/source/sourceFix.ts';
import type { FixedThing } from '../../engine/source/sourceFixes.ts';
import { isSamePath } from '../common/samePath.ts';
import type { Scores } from '../engine/engineQuestions.ts';
import type { Finding } from './findings.ts';
import type { LiveResult } from './liveResult.ts';
import type { LiveEnvironment } from './liveScores.ts';

export interface TriedFix {
  readonly fix: SourceFix;
  /** Completions that an expression would match, or that would get no number in the place of what is none; ... */
  readonly count: number;
  /** ... of these. */
  readonly of: number;
}

/** What an expression that matched nothing has to match in another form for that to be offered: one in ten. */
const MIN_SHARE = 0.1;
/** More are no choice. */
const MAX_FIXES = 3;

export class TriedFixes {
  readonly #environment: Pick<LiveEnvironment, 'data' | 'score' | 'unsaved'>;
  readonly #current: () => LiveResult | null;
  readonly #known = new WeakMap<LiveResult, Map<string, Promise<readonly TriedFix[]>>>();
  /** The engine leaves one such question for the next. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param current what is tried for: nothing is, any more, for a result that typing has made old */
  constructor(environment: Pick<LiveEnvironment, 'data' | 'score' | 'unsaved'>, current: () => LiveResult | null) {
    this.#environment = environment;
    this.#current = current;
  }

  /** What mends most first; none where nothing does, or where it could not be tried. Each is tried once. */
  of(result: LiveResult, finding: Finding): Promise<readonly TriedFix[]> {
    const thing = fixedThing(finding);
    if (thing === null) return Promise.resolve([]);
    const known = this.#known.get(result) ?? new Map<string, Promise<readonly TriedFix[]>>();
    this.#known.set(result, known);
    const name = JSON.stringify(thing);
    const tried = known.get(name) ?? this.#try(result, finding, thing);
    known.set(name, tried);
    return tried;
  }

  async #try(result: LiveResult, finding: Finding, thing: FixedThing): Promise<readonly TriedFix[]> {
    const { path, text } = result.text;
    const fixes = await this.#environment.data.call('sourceFixes', { path, text, thing });
    const tried: TriedFix[] = [];
    for (const fix of fixes) {
      const scores = await this.#score(result, fix);
      const effect = scores && effectOf(result, finding, scores);
      if (effect) tried.push({ fix, ...effect });
    }
    return tried.sort((a, b) => b.count - a.count).slice(0, MAX_FIXES);
  }

  /** null where the text cannot be scored, or somebody went on typing. */
  #score(result: LiveResult, fix: SourceFix): Promise<Scores | null> {
    const scored = this.#last
      .then(() => (this.#current() === result ? this.#ask(result, fix) : null))
      .catch(() => null);
    this.#last = scored;
    return scored;
  }

  #ask({ text, sample, functions }: LiveResult, fix: SourceFix): Promise<Scores> {
    const { path } = text;
    const others = this.#environment.unsaved().filter((file) => !isSamePath(file.path, path));
    return this.#environment.score({
      rewards: functions.map(({ config }) => config),
      baseDir: sample.baseDir,
      unsaved: [...others, { path, text: fix.text }],
      live: true,
      tries: true,
      of: { kind: 'stored', runDir: sample.runDir, groups: [...sample.groups] },
      trace: { file: path, watch: null },
    });
  }
}

function fixedThing({ kind, place, scored }: Finding): FixedThing | null {
  if (kind === 'match') return { kind, place };
  return kind === 'notFinite' && scored !== null ? { kind, function: scored.found.name } : null;
}

/** null where it mends nothing, or changes something else. */
function effectOf(
  { functions }: LiveResult,
  { kind, place, scored }: Finding,
  { trace, byReward, errors }: Scores,
): Pick<TriedFix, 'count' | 'of'> | null {
  if (kind === 'match') {
    const found = trace?.matches.find(({ line, column }) => line === place.line && column === place.column);
    if (found === undefined || found.matched === 0 || found.matched < MIN_SHARE * found.calls) return null;
    return { count: found.matched, of: found.calls };
  }
  const now = scored === null ? undefined : byReward[functions.indexOf(scored)];
  if (scored === null || now === undefined) return null;
  const before = scored.errors.filter((error) => error.kind === 'notFinite').length;
  const after = errors.filter((error) => error.reward === scored.name);
  // Where there was a number, there is the same.
  const same = scored.values.every((value, index) => Object.is(value, now[index]));
  if (!same || after.length !== scored.errors.length - before) return null;
  // What says of every completion that it does not apply has not been mended: it may be no number of itself, but a promise of one.
  if (!now.some((value) => !Number.isNaN(value))) return null;
  return { count: before, of: scored.values.length };
}
