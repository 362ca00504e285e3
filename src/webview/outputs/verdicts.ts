/** A completion's rewards: the sum, each function, its errors, and what the reward files say now. */
import type { RewardError, RewardResult } from '../../engine/protocol/completion.ts';
import type { GroupCompletion, NewScore, NewVerdict } from '../../engine/protocol/panels/outputs.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import { shownText } from './shownText.ts';
import { decimal, signed } from './words.ts';

const ERRORS: Readonly<Record<RewardError['kind'], string>> = {
  threw: 'threw an error',
  timeout: 'took too long',
  notFinite: 'gave a number that is not finite',
  wrongType: 'gave something that is not a number',
  wrongLength: 'gave the wrong number of values',
  crashed: 'ended its process',
  memory: 'took too much memory',
};

/** Shown for "does not apply". */
const NOTHING = '–';

/** What the run has recorded, as a version of the reward that others are compared with. */
export function recordOf({ reward, rewards, advantage }: GroupCompletion): NewScore {
  const verdicts = Object.entries(rewards).map(([name, result]): [string, NewVerdict] => [name, verdictOf(result)]);
  return { reward, verdicts: Object.fromEntries(verdicts), advantage };
}

/** @param now null where nothing was scored anew */
export function verdictLine(was: NewScore, now: NewScore | null): HTMLElement {
  const { reward, verdicts, advantage = null } = was;
  const names = [...new Set([...Object.keys(verdicts), ...Object.keys(now?.verdicts ?? {})])];
  return element(
    'dl',
    { class: 'verdicts' },
    fact('Reward', reward === null ? NOTHING : decimal(reward), 'verdict-sum', now && newText(reward, now.reward)),
    ...names.map((name) => functionFact(name, verdicts[name], now?.verdicts[name])),
    advantage === null ? null : advantageFact(advantage, now?.advantage ?? null, flips(was, now)),
  );
}

/** Whether the advantage is of the other sign: what was made likelier would be made less likely, or the other way round. */
export function flips({ advantage: was }: NewScore, now: NewScore | null): boolean {
  return Math.sign(was ?? 0) * Math.sign(now?.advantage ?? 0) === -1;
}

function advantageFact(was: number, now: number | null, flipped: boolean): HTMLElement {
  const [text, next] = [signed(was), now === null ? null : signed(now)];
  return fact('Advantage', text, flipped ? 'verdict-flipped' : '', next === text ? null : next);
}

function functionFact(name: string, was: NewVerdict | undefined, now: NewVerdict | undefined): HTMLElement {
  const failed = was !== undefined && 'error' in was;
  const text = failed ? 'error' : was === undefined ? NOTHING : valueText(was.value);
  return fact(name, text, failed ? 'verdict-failed' : '', now === undefined ? null : changeText(text, now));
}

function verdictOf(result: RewardResult): NewVerdict {
  return 'error' in result ? { error: result.error.message } : result;
}

function fact(name: string, value: string, kind: string, now: string | null): HTMLElement {
  return element(
    'div',
    { class: `verdict ${kind}` },
    element('dt', { text: name }),
    element(
      'dd',
      {},
      now === null ? value : element('del', { text: value }),
      now === null ? null : element('ins', { text: now, attributes: { 'aria-label': `now ${now}` } }),
    ),
  );
}

/** null where the score is what it was. */
function newText(was: number | null, now: number | null): string | null {
  return was === now ? null : valueText(now);
}

function changeText(was: string, now: NewVerdict): string | null {
  const text = 'error' in now ? 'error' : valueText(now.value);
  return text === was ? null : text;
}

function valueText(value: number | null): string {
  return value === null ? NOTHING : decimal(value);
}

/** Whether anything is scored otherwise than it was. */
export function isChanged({ reward, verdicts }: NewScore, now: NewScore): boolean {
  if (newText(reward, now.reward) !== null) return true;
  return Object.entries(now.verdicts).some(([name, verdict]) => {
    const was = verdicts[name];
    if (was === undefined) return true;
    if ('error' in was || 'error' in verdict) return 'error' in was !== 'error' in verdict;
    return was.value !== verdict.value;
  });
}

/** Why functions failed: an error is no 0, and is said where it happened. */
export function rewardErrors({ rewards }: GroupCompletion, now: NewScore | null): HTMLElement | null {
  const then = Object.entries(rewards).flatMap(([name, result]) =>
    'error' in result ? [`${name} ${ERRORS[result.error.kind]}: ${result.error.message}`] : [],
  );
  const since = Object.entries(now?.verdicts ?? {}).flatMap(([name, verdict]) =>
    'error' in verdict ? [`${name} fails now: ${verdict.error}`] : [],
  );
  const all = [...then, ...since];
  if (all.length === 0) return null;
  return element(
    'ul',
    { class: 'reward-errors' },
    ...all.map((text) => element('li', {}, icon('warning'), element('span', {}, ...shownText(text)))),
  );
}
