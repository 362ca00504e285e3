/** Reward functions to begin with: each small, whole and right as it stands. */
import { REWARD_TYPES_REFERENCE } from './rewardTypes.ts';

export interface RewardTemplate {
  /** What it is called in a list; translated there. */
  readonly label: string;
  readonly detail: string;
  /** The exported function. */
  readonly function: string;
  readonly per: 'completion' | 'group';
  /** Whether it compares with the dataset's answer. */
  readonly readsAnswer: boolean;
  /** The part of the text to change first. */
  readonly select: string;
  readonly type: 'Reward' | 'GroupReward';
  readonly body: string;
}

/** In the bodies, `ANSWER` stands for the row's type, `ANSWER_NAME` for the argument by its column's name. */
export const rewardTemplates: readonly RewardTemplate[] = [
  {
    label: 'Exact match',
    detail: 'The completion is the answer, word for word',
    function: 'correct',
    per: 'completion',
    readsAnswer: true,
    select: 'completion.trim() === String(answer).trim()',
    type: 'Reward',
    body: `/** 1 when the completion is the answer, but for white space around it. */
export const correct: Reward<ANSWER> = ({ completion, ANSWER_NAME }) =>
  completion.trim() === String(answer).trim() ? 1 : 0;
`,
  },
  {
    label: 'Number match',
    detail: 'The last number of the completion is that of the answer',
    function: 'correct',
    per: 'completion',
    readsAnswer: true,
    select: 'found === lastNumber(String(answer))',
    type: 'Reward',
    body: `/** 1 when the last number of the completion is the last number of the answer. */
export const correct: Reward<ANSWER> = ({ completion, ANSWER_NAME }) => {
  const found = lastNumber(completion);
  return found !== null && found === lastNumber(String(answer)) ? 1 : 0;
};

/** "That makes $1,072.50." is 1072.5; null where there is no number. */
function lastNumber(text: string): number | null {
  const last = text.replaceAll(',', '').match(/(?<!\\d)-?\\d+(?:\\.\\d+)?/g)?.at(-1);
  return last === undefined ? null : Number(last);
}
`,
  },
  {
    label: 'Format',
    detail: 'The completion has a form, given as a regular expression',
    function: 'format',
    per: 'completion',
    readsAnswer: false,
    select: '<think>.*?<\\/think>\\s*<answer>.*?<\\/answer>',
    type: 'Reward',
    body: `/** Reasoning in its tags, then the answer in its own, and nothing else. */
const FORM = /^\\s*<think>.*?<\\/think>\\s*<answer>.*?<\\/answer>\\s*$/s;

/** 1 when the completion has the form, right or wrong: with a small weight, beside a reward for being right. */
export const format: Reward = ({ completion }) => (FORM.test(completion) ? 1 : 0);
`,
  },
  {
    label: 'Length penalty',
    detail: 'Long completions cost up to 1',
    function: 'brevity',
    per: 'completion',
    readsAnswer: false,
    select: '100',
    type: 'Reward',
    body: `/** Up to this many tokens a completion costs nothing. */
const FREE = 100;
/** From this many on it costs 1. */
const LIMIT = 200;

/** 0 for a short completion, falling in a straight line to -1. Beside a reward for being right. */
export const brevity: Reward = ({ completionTokens }) =>
  Math.max(-1, Math.min(0, (FREE - completionTokens) / (LIMIT - FREE)));
`,
  },
  {
    label: 'Group reward',
    detail: 'Sees all completions of a problem at once: the shortest right one is worth most',
    function: 'shortestRight',
    per: 'group',
    readsAnswer: true,
    select: 'completion.trim().endsWith(String(answer).trim())',
    type: 'GroupReward',
    body: `/** 1 for the shortest right completion of a problem, less for longer right ones, 0 for wrong ones. */
export const shortestRight: GroupReward<ANSWER> = (group) => {
  const right = group.filter(({ completion, ANSWER_NAME }) => completion.trim().endsWith(String(answer).trim()));
  const shortest = Math.min(...right.map(({ completionTokens }) => completionTokens));
  return group.map((row) => (right.includes(row) ? shortest / row.completionTokens : 0));
};
`,
  },
];

/** Where the cursor goes, in UTF-16 units. */
export interface RewardText {
  readonly text: string;
  readonly selection: { readonly offset: number; readonly length: number };
}

/**
 * A reward file made from a template.
 * @param file its name, for the line by which an experiment uses it
 * @param answerColumn the dataset's column with the answer
 */
export function rewardText(template: RewardTemplate, file: string, answerColumn: string): RewardText {
  const body = template.body
    // Functions, because in a replacement text `$` has a meaning, and a column may be called anything.
    .replaceAll('ANSWER_NAME', () => argumentOf(answerColumn))
    .replaceAll('ANSWER', () => `{ ${keyOf(answerColumn)}: string | number }`);
  const text = `${REWARD_TYPES_REFERENCE}
// In the experiment: "rewards": [${rewardEntry(template, file)}]
import type { ${template.type} } from 'rlvr';

${body}`;
  return { text, selection: { offset: text.indexOf(template.select), length: template.select.length } };
}

/** How an experiment uses the function of a template. */
export function rewardEntry(template: RewardTemplate, file: string): string {
  const per = template.per === 'group' ? ', "per": "group"' : '';
  return `{ "file": ${JSON.stringify(file)}, "function": ${JSON.stringify(template.function)}${per} }`;
}

/** A key of a type or a pattern. */
function keyOf(column: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(column) ? column : `'${JSON.stringify(column).slice(1, -1).replaceAll("'", "\\'")}'`;
}

function argumentOf(column: string): string {
  return column === 'answer' ? 'answer' : `${keyOf(column)}: answer`;
}
