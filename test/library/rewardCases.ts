/** What each function of the reward library gives, by hand. */

export interface RewardCase {
  /** Under `src/library/rewards/`. */
  readonly file: string;
  readonly function: string;
  readonly per?: 'group';
  /** The row's column; undefined where the function reads none. */
  readonly answer?: string | number;
  readonly step?: number;
  /** Completions of one problem, each with its score, and its tokens where they matter. */
  readonly completions: readonly (readonly [text: string, score: number | 'error', tokens?: number])[];
}

const thought = '<think>\n48+24\n</think>\n<answer>72</answer>';

export const rewardCases: readonly RewardCase[] = [
  {
    file: 'exactMatch.ts',
    function: 'correct',
    answer: 12,
    completions: [
      [' 12\n', 1],
      ['12.', 0],
      ['', 0],
    ],
  },
  {
    file: 'numberMatch.ts',
    function: 'correct',
    answer: '#### 1072.5',
    completions: [
      ['That makes $1,072.50.', 1],
      ['1072.5 and then 3', 0],
      ['2145/2', 1],
      ['none', 0],
    ],
  },
  {
    file: 'numberMatch.ts',
    function: 'correct',
    answer: -3,
    completions: [
      ['so -3', 1],
      ['so \u22123', 1],
      ['5-3', 0],
      ['\\boxed{-3}', 1],
    ],
  },
  { file: 'numberMatch.ts', function: 'correct', answer: 'no number', completions: [['none', 0]] },
  {
    file: 'boxed.ts',
    function: 'correct',
    answer: '0.5',
    completions: [
      ['so \\boxed{\\frac{1}{2}}', 1],
      ['so \\boxed{50\\%}', 1],
      ['so \\boxed{50}', 0],
      ['0.5', 0],
    ],
  },
  { file: 'boxed.ts', function: 'correct', answer: 'x^2', completions: [['\\boxed{ x^2 }', 1]] },
  {
    file: 'extractionRules.ts',
    function: 'openai',
    answer: 'So\n#### 1,072',
    completions: [
      ['#### 1,072', 1],
      ['1072', 0],
    ],
  },
  {
    file: 'extractionRules.ts',
    function: 'verlStrict',
    answer: '72',
    completions: [
      ['#### 7 #### 72', 1],
      ['#### 72.', 0],
    ],
  },
  {
    file: 'extractionRules.ts',
    function: 'verlFlexible',
    answer: '72',
    completions: [
      ['it is 72', 1],
      ['it is 72.', 0],
    ],
  },
  {
    file: 'extractionRules.ts',
    function: 'tulu',
    answer: '1,072',
    completions: [
      ['it is 1,072.', 1],
      ['it is 1', 0],
    ],
  },
  {
    file: 'extractionRules.ts',
    function: 'lmEvalStrict',
    answer: '72',
    completions: [
      ['#### 72.', 1],
      ['72', 0],
    ],
  },
  {
    file: 'extractionRules.ts',
    function: 'lmEvalFlexible',
    answer: '72',
    completions: [
      ['it is $72.', 1],
      ['it is 72 ...', 0],
    ],
  },
  {
    file: 'multipleChoice.ts',
    function: 'correct',
    answer: 'B',
    completions: [
      ['The answer is (B).', 1],
      ['A is wrong and C too. **Answer: B**', 1],
      ['<think>(A)?</think><answer>B</answer>', 1],
      ['so \\boxed{\\text{B}}', 1],
      ['(A) or (B)', 1],
      ['(B) or (A)', 0],
      ['Because of C.\nB', 1],
      ['The answer is A. No, the answer is B.', 1],
      ['The answer is Blue.', 0],
      ['I do not know', 0],
    ],
  },
  { file: 'multipleChoice.ts', function: 'correct', answer: 'none', completions: [['I do not know', 0]] },
  {
    file: 'regularExpression.ts',
    function: 'matches',
    answer: '^(yes|no)\\.?$',
    completions: [
      ['Let me think.\nYes.\n', 1],
      ['yes, maybe', 0],
      ['', 0],
    ],
  },
  { file: 'regularExpression.ts', function: 'matches', answer: '(', completions: [['(', 'error']] },
  {
    file: 'jsonSchema.ts',
    function: 'valid',
    completions: [
      ['{ "name": "Ada", "age": 36 }', 1],
      ['Here it is:\n```json\n{ "name": "Ada", "age": 36 }\n```\n', 1],
      ['{ "name": "Ada", "age": -36 }', 0],
      ['{ "name": "Ada" }', 0],
      ['{ "name": "Ada", "age": 36', 0],
      ['[]', 0],
    ],
  },
  {
    file: 'format.ts',
    function: 'format',
    completions: [
      [thought, 1],
      ['<answer>72</answer>', 0],
      [`${thought} and more`, 0],
    ],
  },
  {
    file: 'thinkTags.ts',
    function: 'tags',
    completions: [
      [thought, 1],
      ['<think>a', 0.25],
      ['<think></think><think>', 0.25],
      ['72', 0],
    ],
  },
  {
    file: 'lengthPenalty.ts',
    function: 'brevity',
    completions: [
      ['', 0, 1],
      ['', 0, 100],
      ['', -0.5, 150],
      ['', -1, 200],
      ['', -1, 900],
    ],
  },
  {
    file: 'softOverlong.ts',
    function: 'softOverlong',
    completions: [
      ['', 0, 192],
      ['', -0.25, 208],
      ['', -1, 256],
      ['', -1, 257],
    ],
  },
  {
    file: 'repetition.ts',
    function: 'repetition',
    completions: [
      ['a b c d e', 0],
      ['a b', 0],
      ['A b\nc a  b c', -0.25],
    ],
  },
  {
    file: 'groupReward.ts',
    function: 'shortestRight',
    per: 'group',
    answer: 4,
    completions: [
      ['is 4', 0.5, 10],
      ['4', 1, 5],
      ['5', 0, 1],
    ],
  },
  { file: 'groupReward.ts', function: 'shortestRight', per: 'group', answer: 4, completions: [['5', 0]] },
  {
    file: 'combined.ts',
    function: 'combined',
    answer: 72,
    completions: [
      [thought, 1.1, 100],
      [thought, 1, 150],
      ['72', 0, 1],
      [thought.replace('>72<', '>7<'), 0.1, 1],
    ],
  },
  {
    file: 'shapingSchedule.ts',
    function: 'shaped',
    answer: 72,
    step: 1,
    completions: [
      [thought, 1.5],
      ['<think>7', 0.125],
    ],
  },
  { file: 'shapingSchedule.ts', function: 'shaped', answer: 72, step: 26, completions: [[thought, 1.25]] },
  { file: 'shapingSchedule.ts', function: 'shaped', answer: 72, step: 900, completions: [[thought, 1]] },
  { file: 'shapingSchedule.ts', function: 'shaped', answer: 72, completions: [[thought, 1]] },
];
