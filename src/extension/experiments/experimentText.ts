/** The text of a new experiment: what the user chose, with a word on each, and only the keys that matter at the beginning. */
import type { AnswerFormatName } from '../../engine/protocol/answerFormats.ts';
import { isBuiltinModel } from '../../engine/protocol/builtinModels.ts';
import { builtinRewards, type BuiltinRewardName } from '../../engine/protocol/builtinRewards.ts';
import { rewardEntry, type RewardTemplate } from './rewardTemplates.ts';

/** Of few rows a fifth is measured on, of many so many: enough for an interval of some six points. */
const HELD_OUT_SHARE = 0.2;
const MOST_HELD_OUT = 256;

export type NewReward =
  | { readonly kind: 'builtin'; readonly name: BuiltinRewardName }
  /** A file made from a template, beside the experiment. */
  | { readonly kind: 'template'; readonly template: RewardTemplate; readonly file: string };

export interface NewExperiment {
  /** As it stands in the file: `builtin:demo`, or a folder relative to it with `/` on every system. */
  readonly model: string;
  /** Whether the model expects conversations. */
  readonly chat: boolean;
  readonly dataset: {
    /** Relative to the file. */
    readonly source: string;
    /** About how many. */
    readonly rows: number;
    /** The column with the question. */
    readonly question: string;
    /** The column with the answer; null where the reward reads none. */
    readonly answer: string | null;
    /** The rows that are measured on, where the dataset says which. */
    readonly heldOut: Readonly<Record<string, string>> | null;
  };
  readonly reward: NewReward;
}

export function experimentText({ model, chat, dataset, reward }: NewExperiment): string {
  const policy = isBuiltinModel(model) ? tinyPolicy : largePolicy;
  return `// What is left out has a default that works: point at a key to read about it,
// press Ctrl+Space for the others. Paths are relative to this file.
// The button at the top right starts training.
{
  "model": ${JSON.stringify(model)},
${policy.weights}
  "dataset": {
    "source": ${JSON.stringify(dataset.source)},
    // Problems to measure on, never trained on.
    "validation": ${validation(dataset)},
    // What the model reads; {${dataset.question}} is a column of the row.
    "prompt": ${JSON.stringify(promptTemplate(dataset.question, chat))}${formatLine(model, reward)}${chat ? CHAT : ''}
  },

  // Functions that score what the model writes; the first one's 1 counts as solved.
  "rewards": [${rewardLine(reward, dataset.answer)}],

${policy.training}

  // Accuracy on the problems to measure on: before, every 20 steps, and after.
  "evaluation": { "every": 20 },
  "checkpoint": { "every": 50 }
}
`;
}

const CHAT = `,
    // As a message of a user, by the model's own chat template.
    "chat": true`;

/** What the built-in rewards look for that read an answer; a model that is not told writes it rarely. */
const FORMATS: Partial<Record<BuiltinRewardName, AnswerFormatName>> = {
  gsm8k: 'gsm8k',
  finalNumber: 'gsm8k',
  format: 'gsm8k',
};

/** The built-in model has no words for an instruction, and knows its problems' form already. */
function formatLine(model: string, reward: NewReward): string {
  const format = reward.kind === 'builtin' && !isBuiltinModel(model) ? FORMATS[reward.name] : undefined;
  if (format === undefined) return '';
  return `,
    // Tells the model how to give its answer, as the reward below looks for it.
    "format": ${JSON.stringify(format)}`;
}

function validation({ rows, heldOut }: NewExperiment['dataset']): string {
  if (heldOut === null) return String(Math.max(1, Math.min(MOST_HELD_OUT, Math.round(rows * HELD_OUT_SHARE))));
  const entries = Object.entries(heldOut).map(
    ([column, value]) => `${JSON.stringify(column)}: ${JSON.stringify(value)}`,
  );
  return `{ ${entries.join(', ')} }`;
}

/** A column called `prompt` is taken as it stands: it may hold a conversation. */
function promptTemplate(question: string, chat: boolean): string {
  return chat || question === 'prompt' ? `{${question}}` : `{${question}}\n`;
}

function rewardLine(reward: NewReward, answer: string | null): string {
  if (reward.kind === 'template') return rewardEntry(reward.template, reward.file);
  const { required, readsAnswer } = builtinRewards[reward.name];
  const answerColumn = readsAnswer && answer !== null && answer !== 'answer' ? { answerColumn: answer } : {};
  const options = Object.entries({ ...required, ...answerColumn }).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const given = options.length === 0 ? '' : `, "options": { ${options.join(', ')} }`;
  return `{ "function": ${JSON.stringify(reward.name)}${given} }`;
}

interface Policy {
  readonly weights: string;
  readonly training: string;
}

const largePolicy: Policy = {
  weights: `  // Low-rank adapters on every linear layer; the model's own weights stay as
  // they are. "full": true in their place trains them all.
  "lora": { "rank": 16, "alpha": 32 },
`,
  training: `  "training": {
    "steps": 200,
    "problemsPerStep": 8,
    // Rows per forward and backward pass: lower it where memory is short,
    // the result stays the same.
    "microBatch": 8
  },
  "rollout": {
    // Completions of each problem, a group. A completion's advantage is how
    // much better it is than the others.
    "groupSize": 8,
    "maxCompletionLength": 256
  },
  "optimizer": { "learningRate": 5e-5, "warmupSteps": 10 },`,
};

/** The demo's own settings. */
const tinyPolicy: Policy = {
  weights: `  // So small a model is trained whole. Large ones learn through adapters:
  // "lora": { "rank": 16 }, the default.
  "full": true,
`,
  training: `  "training": { "steps": 300, "problemsPerStep": 32, "microBatch": 32 },
  "rollout": {
    // Completions of each problem, a group. A completion's advantage is how
    // much better it is than the others.
    "groupSize": 8,
    // The model's context is 64 tokens, prompt and completion together.
    "maxCompletionLength": 16
  },
  "optimizer": {
    "learningRate": 5e-4,
    "warmupSteps": 20,
    "schedule": "linear",
    "decayFraction": 0.6,
    "beta2": 0.99
  },`,
};
