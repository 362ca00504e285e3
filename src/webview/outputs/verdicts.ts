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

/** @param now null where nothing was scored anew */
export function verdictLine(completion: GroupCompletion, now: NewScore | null): HTMLElement {
  const { reward, rewards, advantage } = completion;
  const names = [...new Set([...Object.keys(rewards), ...Object.keys(now?.verdicts ?? {})])];
  return element(
    'dl',
    { class: 'verdicts' },
    fact('Reward', reward === null ? NOTHING : decimal(reward), 'verdict-sum', now && newText(reward, now.reward)),
    ...names.map((name) => functionFact(name, rewards[name], now?.verdicts[name])),
    advantage === null ? null : fact('Advantage', signed(advantage), 'verdict-advantage', null),
  );
}

function functionFact(name: string, was: RewardResult | undefined, now: NewVerdict | undefined): HTMLElement {
  const failed = was !== undefined && 'error' in was;
  const text = failed ? 'error' : was === undefined ? NOTHING : valueText(was.value);
  return fact(name, text, failed ? 'verdict-failed' : '', now === undefined ? null : changeText(text, now));
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
export function isChanged({ reward, rewards }: GroupCompletion, now: NewScore): boolean {
  if (newText(reward, now.reward) !== null) return true;
  return Object.entries(now.verdicts).some(([name, verdict]) => {
    const was = rewards[name];
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
