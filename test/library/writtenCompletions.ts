/** Completions on which each function of the library has something to say, written in place of what a tiny model would write. */
import { mock } from 'node:test';
import { ComputeClient } from '../../src/engine/compute/client.ts';
import type { Listener } from '../../src/engine/compute/compute.ts';
import type { Completion } from '../../src/engine/protocol/completion.ts';
import type { ComputeRequest, GenerateRequest } from '../../src/engine/protocol/compute.ts';

const fence = '```';

/** One for each place in a group. */
type Texts = readonly [string, string, string, string];

interface WrittenProblem {
  readonly answer: string;
  readonly completions: Texts;
}

const written: readonly WrittenProblem[] = [
  {
    answer: '72',
    completions: [
      '<think>\n48+24\n</think>\n<answer>72</answer>',
      '<think>about\n#### 72',
      'so \\boxed{72}',
      'it is $72. is it $72. is it $72.',
    ],
  },
  {
    answer: '4',
    completions: ['4', 'The answer is (4)', '{ "name": "Ada", "age": 36 }', 'a b c a b c a b c'],
  },
  {
    answer: 'B',
    completions: [
      'Not A.\nThe answer is (B).',
      'I do not know',
      `${fence}python\ndef strlen(string):\n    return len(string)\n${fence}`,
      `${fence}js\nconst strlen = (text) => text.length;\n${fence}`,
    ],
  },
  {
    // No regular expression: that one throws.
    answer: '(',
    completions: [
      '(',
      '',
      `${fence}python\ndef strlen(string):\n    return 1\n${fence}`,
      `${fence}js\nthrow new Error('no');\n${fence}`,
    ],
  },
];

/** Rows of a dataset: all problems to train on, and the first to evaluate with. @param test tests of HumanEval for `strlen` */
export function writtenRows(test: string): Readonly<Record<string, unknown>>[] {
  const row = ({ answer }: WrittenProblem, part: string): Readonly<Record<string, unknown>> => {
    return { question: `${part} ${answer}`, part, answer, entry_point: 'strlen', test };
  };
  return [...written.map((one) => row(one, 'train')), ...written.slice(0, 1).map((one) => row(one, 'validation'))];
}

/** Tokens of the completions that are evaluated, by place: within every limit of the library, beside it, and over all of them. */
const EVALUATED_TOKENS = [30, 150, 230, 500];

/** From now on the texts above are what is generated; their tokens stay those of the model. */
export function writeCompletions(): void {
  const request = Reflect.get(ComputeClient.prototype, 'request');
  mock.method(
    ComputeClient.prototype,
    'request',
    function (this: ComputeClient, asked: ComputeRequest, listener: Listener = {}): unknown {
      return Reflect.apply(request, this, [asked, asked.kind === 'generate' ? rewriting(asked, listener) : listener]);
    },
  );
}

function rewriting({ purpose }: GenerateRequest, { onGroup, ...listener }: Listener): Listener {
  return {
    ...listener,
    onGroup: ({ group, completions }) =>
      onGroup?.({
        group,
        completions: completions.map((one) => withText(purpose === 'evaluation' ? lengthened(one) : one)),
      }),
  };
}

function withText(completion: Completion): Completion {
  const { problem, sample } = completion.key;
  const text = written[problem % written.length]?.completions[sample] ?? '';
  return {
    ...completion,
    text,
    tokenEnds: completion.tokenEnds.map((_, index, { length }) => (index + 1 === length ? text.length : 0)),
  };
}

/** Of no model's making, for nobody trains on it. No two of a run have the same number of tokens, so that none is pinned twice. */
function lengthened(completion: Completion): Completion {
  const { step, sample } = completion.key;
  const length = (EVALUATED_TOKENS[sample] ?? 0) + step;
  const floats = (values: Float32Array): Float32Array => Float32Array.from({ length }, () => values[0] ?? 0);
  return {
    ...completion,
    tokens: Int32Array.from({ length }, () => completion.tokens[0] ?? 0),
    logprobs: floats(completion.logprobs),
    sampledLogprobs: floats(completion.sampledLogprobs),
    entropies: floats(completion.entropies),
    tokenEnds: new Int32Array(length),
  };
}
