/**
 * How long the outputs panel waits for what it asks of a run with 500,000 completions: `node bench/outputsQueries.ts RUN`, where RUN was
 * made by `bench/editorData.ts`. Opening is said apart; every query is the median of five, the first of them beside it.
 */
import { outputsMethods } from '../src/extension/data/outputsMethods.ts';
import { Readers } from '../src/extension/data/readers.ts';
import type { CompletionQuery, OutputsRequest, ProblemQuery } from '../src/engine/protocol/panels/outputsRequests.ts';

const REPETITIONS = 5;

const [dir] = process.argv.slice(2);
if (dir === undefined) {
  console.error('Name the run: node bench/outputsQueries.ts RUN');
  process.exit(2);
}

const scope = { purpose: 'rollout', split: 'train' } as const;
const heldOut = { purpose: 'evaluation', split: 'validation' } as const;
const everything: CompletionQuery = {
  scope,
  step: 7500,
  upTo: true,
  words: '',
  reward: { from: null, to: null },
  stopReason: null,
  failed: false,
  order: 'newest',
  page: 0,
};
const completions = (changes: Partial<CompletionQuery>): OutputsRequest => ({
  kind: 'completions',
  query: { ...everything, ...changes },
});
const problems = (changes: Partial<ProblemQuery>): OutputsRequest => ({
  kind: 'problems',
  query: { scope, step: 7500, upTo: true, state: 'all', order: 'dataset', page: 0, ...changes },
});

const requests: Readonly<Record<string, OutputsRequest>> = {
  'all steps': { kind: 'steps', scope, after: -1 },
  'problems of a step': problems({ upTo: false }),
  'all problems': problems({}),
  'all problems, newly solved first': problems({ order: 'newlySolved' }),
  'unsolved problems, page 20': problems({ state: 'unsolved', page: 20 }),
  'newest completions': completions({}),
  'highest rewards': completions({ order: 'highestReward' }),
  'failed and cut off': completions({ failed: true, stopReason: 'length' }),
  'nothing matches': completions({ stopReason: 'stop' }),
  'a word in every text': completions({ words: 'the' }),
  'a word in most of them': completions({ words: 'apples' }),
  'a rare word': completions({ words: 'zizizi' }),
  'two words': completions({ words: 'apples therefore' }),
  'a phrase': completions({ words: '"of the"' }),
  'a beginning': completions({ words: 'app' }),
  'a word, page 20': completions({ words: 'apples', page: 20 }),
  'a word, up to an early step': completions({ words: 'apples', step: 100 }),
  'a word, in one step': completions({ words: 'apples', step: 4000, upTo: false }),
  'a word, highest rewards': completions({ words: 'apples', order: 'highestReward' }),
  'a word in every text, lowest rewards': completions({ words: 'the', order: 'lowestReward' }),
  'a word in every text, failed': completions({ words: 'the', failed: true }),
  'a word, failed': completions({ words: 'apples', failed: true }),
  'a word, failed, highest rewards': completions({ words: 'apples', failed: true, order: 'highestReward' }),
  'a word, cut off, highest rewards': completions({ words: 'apples', stopReason: 'length', order: 'highestReward' }),
  'a word, nothing matches': completions({ words: 'apples', stopReason: 'stop' }),
  'a word, highest rewards, page 19': completions({ words: 'apples', order: 'highestReward', page: 19 }),
  'a word, of evaluations': completions({ words: 'apples', scope: heldOut }),
  'two words, highest rewards': completions({ words: 'apples therefore', order: 'highestReward' }),
  'a phrase, highest rewards': completions({ words: '"of the"', order: 'highestReward' }),
  'a rare word, highest rewards': completions({ words: 'zizizi', order: 'highestReward' }),
  'a beginning, highest rewards': completions({ words: 'app', order: 'highestReward' }),
  'a rare beginning, highest rewards': completions({ words: 'zizi', order: 'highestReward' }),
  'a beginning, failed': completions({ words: 'app', failed: true }),
};

const readers = new Readers();
const start = performance.now();
outputsMethods.outputsRun(readers, { dir });
console.log(`open: ${(performance.now() - start).toFixed(1)} ms`);
for (const [name, request] of Object.entries(requests)) {
  const times = Array.from({ length: REPETITIONS }, () => {
    const begun = performance.now();
    outputsMethods.outputs(readers, { dir, request });
    return performance.now() - begun;
  });
  const [first = NaN] = times;
  const median = times.toSorted((a, b) => a - b)[Math.floor(REPETITIONS / 2)] ?? NaN;
  console.log(`${name.padEnd(36)} ${median.toFixed(1).padStart(7)} ms (first ${first.toFixed(1)})`);
}
console.log(`heap: ${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(0)} MiB`);
