/** What real completions show of a reward file, worst first: what is marked in it. */
import { dirname, resolve } from 'node:path';
import { closestRule, type Disagreement } from '../../engine/analysis/rewards/closestRule.ts';
import type { RewardError } from '../../engine/protocol/completion.ts';
import type { Place } from '../../engine/protocol/scoring.ts';
import { count, plural } from '../../engine/words/format.ts';
import { isSamePath } from '../common/samePath.ts';
import type { ScoreError } from '../engine/engineQuestions.ts';
import type { LiveResult, ScoredFunction } from './liveResult.ts';

export interface Finding {
  readonly place: Place;
  readonly message: string;
  /** A warning where scores are lost. */
  readonly severity: 'warning' | 'information';
  readonly kind: RewardError['kind'] | 'branch' | 'match' | 'rule';
  /** Index in the sample of a completion that shows it; null where all or none do. */
  readonly completion: number | null;
  /** The function that it is about; null for what is about a place in the file. */
  readonly scored: ScoredFunction | null;
  /** The published rule that the function is close to, with the number of completions on which they differ; null for other findings. */
  readonly rule: Pick<Disagreement, 'rule' | 'count'> | null;
}

/** More marks than these in a file are noise. */
const MAX_FINDINGS = 5;

export function findingsOf(result: LiveResult): Finding[] {
  const lost = result.functions.flatMap((scored) => errorFindings(result, scored));
  const unused = traceFindings(result);
  const others = result.functions.flatMap((scored) => ruleFindings(result, scored));
  return [...lost, ...others, ...unused].slice(0, MAX_FINDINGS);
}

/** Errors of one kind at one place are one finding. */
function errorFindings({ text, sample }: LiveResult, scored: ScoredFunction): Finding[] {
  const { errors, found } = scored;
  const groups = new Map<string, { readonly first: ScoreError; readonly place: Place; count: number }>();
  for (const error of errors) {
    const place = placeOf(error.message, text.path, sample.baseDir) ?? found.namePlace;
    const key = `${error.kind} ${place.line} ${place.column}`;
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { first: error, place, count: 1 });
  }
  return [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ first, place, count: times }) => ({
      place,
      message: `${VERBS[first.kind]} ${howOften(times, sample.completions.length)}: ${withoutPlace(first.message)}`,
      severity: 'warning',
      kind: first.kind,
      completion: first.completion,
      scored,
      rule: null,
    }));
}

const VERBS: Readonly<Record<RewardError['kind'], string>> = {
  threw: 'Threw',
  timeout: 'Timed out',
  notFinite: 'Returned no finite number',
  wrongType: 'Returned no score',
  wrongLength: 'Returned another number of scores',
  crashed: 'Ended its process',
  memory: 'Took too much memory',
};

function howOften(times: number, of: number): string {
  const words = times === 1 ? 'once' : times === 2 ? 'twice' : `${count(times)} times`;
  return `${words} in ${count(of)}, first`;
}

/** Branches that nothing took and expressions that nothing matched, though calls came by. */
function traceFindings({ trace, functions }: LiveResult): Finding[] {
  if (trace === null) return [];
  const isInside = (place: Place): boolean =>
    functions.some(({ found }) => place.line >= found.place.line && place.endLine <= found.place.endLine);
  const branches = trace.branches
    .filter((branch) => branch.took === 0 && branch.calls > 0 && isInside(branch))
    .map((branch): Finding => {
      const which = { then: 'This branch', else: 'The other branch', case: 'This case' }[branch.what];
      const message = `${which} ran for 0 of ${plural(branch.calls, 'completion')}.`;
      return { place: branch, message, severity: 'information', kind: 'branch', ...OF_NOTHING };
    });
  const matches = trace.matches
    .filter(({ matched, calls }) => matched === 0 && calls > 0)
    .map((match): Finding => {
      const message = `This matched 0 of ${plural(match.calls, 'completion')}.`;
      return { place: match, message, severity: 'information', kind: 'match', ...OF_NOTHING };
    });
  return [...matches, ...branches];
}

const OF_NOTHING = { completion: null, scored: null, rule: null } as const;

/** A function that is nearly one of the published rules. */
function ruleFindings({ sample: { rules } }: LiveResult, scored: ScoredFunction): Finding[] {
  const { found, values } = scored;
  const closest = rules === null ? null : closestRule(values, rules);
  if (closest === null) return [];
  const message = `Disagrees with ${closest.rule} on ${plural(closest.count, 'completion')} of ${count(values.length)}.`;
  const { first: completion, ...rule } = closest;
  return [{ place: found.namePlace, message, severity: 'information', kind: 'rule', completion, scored, rule }];
}

/** "reward.ts:3:9: TypeError: ..." */
const PLACE = /^(.+?):(\d+):(\d+): /;

/** Where in the file an error's message says it happened; null where it names another file, or none. */
function placeOf(message: string, path: string, baseDir: string): Place | null {
  const [, file, line, column] = PLACE.exec(message) ?? [];
  if (file === undefined) return null;
  const isHere = isSamePath(resolve(baseDir, file), path) || isSamePath(resolve(dirname(path), file), path);
  if (!isHere) return null;
  // To the end of the line, which the editor knows.
  const at = { line: Number(line) - 1, column: Number(column) - 1 };
  return { ...at, endLine: at.line, endColumn: Number.MAX_SAFE_INTEGER };
}

function withoutPlace(message: string): string {
  return message.replace(PLACE, '');
}
