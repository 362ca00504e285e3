/**
 * Whether what a prompt asks for is what the built-in rewards look for. Where they disagree, every completion that does as it is told is
 * wrong, and nothing can be learned; what is said here is a warning, since only the model decides what it writes.
 */
import { answerFormatNames, answerFormats, formatAskedFor, type AnswerFormatName } from './answerFormats.ts';
import type { Experiment, RewardConfig } from './experiment.ts';
import { rewardName } from './experimentChecks.ts';
import type { Problem } from './jsonIssues.ts';

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

/** Disagreements between the prompt and the rewards, each with what to change. */
export function promptAdvice({ dataset, rewards }: Pick<Experiment, 'dataset' | 'rewards'>): Problem[] {
  const asked = dataset.format ?? formatAskedFor(`${dataset.system ?? ''}\n${dataset.prompt}`);
  if (asked === null) return [];
  return rewards.flatMap((reward, index) => {
    const read = formatsRead(reward);
    if (read === null || read.includes(asked)) return [];
    const where = dataset.format === undefined ? 'the prompt asks for' : `dataset.format \`${asked}\` asks for`;
    const message =
      `rewards[${index}]: ${where} answers like ${shown(asked)}, and "${rewardName(reward)}"${ruleWords(reward)} looks for ` +
      `${read.length === 0 ? 'another form' : read.map(shown).join(' or ')}: it would give 0 to a completion that does as it is told. ` +
      remedy(reward, asked, read, dataset.format !== undefined);
    return [{ path: ['rewards', index], message }];
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

function remedy(
  { function: name }: RewardConfig,
  asked: AnswerFormatName,
  read: readonly AnswerFormatName[],
  isSet: boolean,
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
      : [isSet ? `set \`dataset.format\` to \`${other}\`` : `let the prompt ask for ${shown(other)}`]),
  ];
  const text = mends.join(', or ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
