/**
 * Whether what a prompt asks for is what the built-in rewards look for. Where they disagree, every completion that does as it is told is
 * wrong, and nothing can be learned; what is said here is a warning, since only the model decides what it writes.
 */
import { answerFormatNames, answerFormats, formatAskedFor, type AnswerFormatName } from './answerFormats.ts';
import type { RewardConfig } from './experiment.ts';
import { rewardName } from './experimentChecks.ts';
import { printPath } from './experimentKeys.ts';
import type { Problem } from './jsonIssues.ts';
import { datasetEntry, datasetEntryText, tasksOf, type Task, type TasksOfExperiment } from './tasks.ts';

/** The forms that each extraction rule finds the answer in; `src/library/extraction.ts` has the rules. */
export const formatsReadByRule: Readonly<Record<string, readonly AnswerFormatName[]>> = {
  openai: ['gsm8k'],
  'verl-strict': ['gsm8k'],
  'lm-eval-strict': ['gsm8k'],
  // These take the last number, wherever it stands.
  'verl-flexible': answerFormatNames,
  tulu: answerFormatNames,
  'lm-eval-flexible': answerFormatNames,
  boxed: ['boxed', 'think-boxed'],
};

/** The rule of the reward `gsm8k` unless its options name another. */
const DEFAULT_RULE = 'openai';
/** The forms of the reward `format` unless its options have a pattern. */
const FORMS_OF_FORMAT: readonly AnswerFormatName[] = ['gsm8k', 'think', 'think-boxed'];

/** Disagreements between the prompt of each task and the rewards that apply to it, each with what to change. */
export function promptAdvice(experiment: TasksOfExperiment): Problem[] {
  return tasksOf(experiment).flatMap((task) => taskAdvice(task, experiment.rewards));
}

/**
 * The same of one task. What is wrong is said of the reward; of one of several tasks, of what the task asks for, since the reward may
 * suit the others.
 */
export function taskAdvice(
  { name: task, dataset, rewards: applying }: Task,
  rewards: readonly RewardConfig[],
): Problem[] {
  const asked = dataset.format ?? formatAskedFor(`${dataset.system ?? ''}\n${dataset.prompt}`);
  if (asked === null) return [];
  const key = dataset.format !== undefined ? 'format' : formatAskedFor(dataset.prompt) === null ? 'system' : 'prompt';
  return rewards.flatMap((reward, index) => {
    const read = formatsRead(reward);
    if (read === null || read.includes(asked) || !applying.includes(rewardName(reward))) return [];
    const format = `${task === null ? 'dataset.format ' : ''}\`${asked}\``;
    const where = key === 'format' ? `${format} asks for` : 'the prompt asks for';
    const path = task === null ? ['rewards', index] : datasetEntry(task, key);
    const message =
      `${printPath(path)}: ${where} answers like ${shown(asked)}, and "${rewardName(reward)}"${ruleWords(reward)} looks for ` +
      `${read.length === 0 ? 'another form' : read.map(shown).join(' or ')}: it would give 0 to a completion that does as it is told. ` +
      remedy(reward, asked, read, key === 'format' ? datasetEntryText(task, 'format') : null);
    return [{ path, message }];
  });
}

/** null where it cannot be told: of code of the user's own, and of rewards that do not look at the form. */
function formatsRead({ file, function: name, options }: RewardConfig): readonly AnswerFormatName[] | null {
  if (file !== undefined) return null;
  switch (name) {
    case 'gsm8k':
      return formatsReadByRule[ruleOf(options)] ?? null;
    case 'finalNumber':
      return ['gsm8k'];
    case 'format':
      return typeof options['pattern'] === 'string' ? formatsOfPattern(options['pattern']) : FORMS_OF_FORMAT;
    default:
      return null;
  }
}

function ruleOf(options: RewardConfig['options']): string {
  const { rule } = options;
  return typeof rule === 'string' ? rule : DEFAULT_RULE;
}

/** Whether a pattern fits is seen on an answer in each form; null for one that is no regular expression, which is an error elsewhere. */
function formatsOfPattern(pattern: string): readonly AnswerFormatName[] | null {
  try {
    const form = new RegExp(pattern, 'su');
    return answerFormatNames.filter((name) => form.test(answerFormats[name].write('40 + 32 = 72', '72')));
  } catch {
    return null;
  }
}

function ruleWords({ function: name, options }: RewardConfig): string {
  return name === 'gsm8k' ? ` with the rule \`${ruleOf(options)}\`` : '';
}

/** In one line. */
function shown(format: AnswerFormatName): string {
  return `\`${answerFormats[format].write('', '72').replaceAll('\n', ' ')}\``;
}

/** @param format where the experiment sets the form; null where its prompt asks in words of its own */
function remedy(
  { function: name }: RewardConfig,
  asked: AnswerFormatName,
  read: readonly AnswerFormatName[],
  format: string | null,
): string {
  const rules = Object.keys(formatsReadByRule).filter((rule) => formatsReadByRule[rule]?.includes(asked) === true);
  const [other] = read;
  const mends = [
    ...(name === 'gsm8k' ? [`set its \`options.rule\` to ${rules.map((rule) => `\`${rule}\``).join(', ')}`] : []),
    ...(name === 'format' ? [`give it an \`options.pattern\` that such an answer matches`] : []),
    ...(name === 'finalNumber'
      ? [`take the reward \`gsm8k\` with \`options.rule\` ${rules.map((rule) => `\`${rule}\``).join(', ')}`]
      : []),
    ...(other === undefined
      ? []
      : [format === null ? `let the prompt ask for ${shown(other)}` : `set \`${format}\` to \`${other}\``]),
  ];
  const text = mends.join(', or ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
