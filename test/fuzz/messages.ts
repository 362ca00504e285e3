/** What other processes say: editors, engines, panels, graders, agents, servers. */
import fc from 'fast-check';
import { startTrainingInput } from '../../src/engine/protocol/agentTools.ts';
import { encodeFrame, FrameDecoder } from '../../src/engine/protocol/frames.ts';
import { fromEngineSchema, parseFromEngine } from '../../src/engine/protocol/fromEngine.ts';
import { graderReplySchema } from '../../src/engine/protocol/grader.ts';
import { toEngineSchema } from '../../src/engine/protocol/link.ts';
import { fromComparePanelSchema, parseFromComparePanel } from '../../src/engine/protocol/panels/compare.ts';
import { fromDashboardSchema, parseFromDashboard } from '../../src/engine/protocol/panels/dashboard.ts';
import { fromOutputsSchema, parseFromOutputs } from '../../src/engine/protocol/panels/outputsRequests.ts';
import { greet } from '../../src/engine/main/handshake.ts';
import { splitLines } from '../../src/engine/process/lineSplitter.ts';
import { decodeGroup, decodeScore, encodeGroup, withAnswers } from '../../src/engine/reward/score.ts';
import { readAnswer } from '../../src/engine/trainer/server/serverAnswer.ts';
import { fuzzed, type FuzzedParser } from './fuzzed.ts';
import { mutatedBytes, mutatedJson } from './mutations.ts';
import { ofSchema } from './ofSchema.ts';

const toEngine = mutatedJson(ofSchema(toEngineSchema));
const graderReplies = mutatedJson(ofSchema(graderReplySchema));

const FRAMES = [
  encodeFrame({ type: 'stop' }),
  encodeFrame({ a: 'é'.repeat(40) }, [
    Float64Array.of(1, NaN),
    Float32Array.of(1, 2, 3),
    Int32Array.of(-1),
    Uint8Array.of(7),
  ]),
  Buffer.concat([encodeFrame([1]), encodeFrame(null, [new Float32Array(9)])]),
];

/** Frames that came of a stream; null where it failed. */
function framesIn(bytes: Uint8Array): readonly unknown[] | null {
  const frames: unknown[] = [];
  const failures: unknown[] = [];
  const decoder = new FrameDecoder({
    onFrame: (frame) => frames.push(frame),
    onFailure: (failure) => failures.push(failure),
  });
  for (let at = 0; at < bytes.length; at += 13) decoder.push(bytes.subarray(at, at + 13));
  return failures.length > 0 ? null : frames;
}

/** A line of a grader, from its pipe to the results that it stands for. */
function graderLine(line: Uint8Array): boolean {
  let understood = false;
  const take = splitLines(4096, (text) => {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return;
    }
    const reply = graderReplySchema.safeParse(json).data;
    understood ||= reply !== undefined;
    if (reply?.kind !== 'result') return;
    const results = reply.item === null ? decodeGroup(reply.value, 3) : [decodeScore(reply.value)];
    withAnswers(results, reply.answers ?? []);
  });
  take(Buffer.from(line));
  take(Buffer.from('\n'));
  return understood;
}

const GRADER_LINES = [
  '{"kind":"result","id":1,"item":0,"value":0.5,"answers":[[0,"72"]]}',
  '{"kind":"result","id":1,"item":null,"value":[1,0,null]}',
  '{"kind":"threw","id":1,"item":0,"timeout":false,"message":"reward.py:3 ValueError: x"}\n{"kind":"ready"}',
  '{"kind":"result","id":2,"item":null,"value":{"wrongLength":4}}',
].map((line) => new TextEncoder().encode(line));

const SERVER_ANSWERS: readonly unknown[] = [
  {
    choices: [
      {
        message: { role: 'assistant', content: '72' },
        finish_reason: 'stop',
        logprobs: {
          content: [
            { token: '7', logprob: -0.1, bytes: [55] },
            { token: '2', logprob: -0.2, bytes: null },
          ],
        },
      },
    ],
    usage: { prompt_tokens: 9, completion_tokens: 2 },
  },
  { choices: [{ text: ' 72', finish_reason: 'length', logprobs: { tokens: [' 72'], token_logprobs: [-0.5] } }] },
];

export const messages: readonly FuzzedParser[] = [
  fuzzed({ name: 'frames of the link', inputs: mutatedBytes(FRAMES), parse: framesIn }),
  fuzzed({
    name: 'the first message of a connection',
    inputs: mutatedJson(fc.constant({ type: 'hello', version: 2, secret: 's', lease: { afterMs: 1000 } })),
    parse: (message) => greet(message, 's').kind !== 'stranger',
  }),
  fuzzed({
    name: 'messages of an editor to its engine',
    inputs: toEngine,
    parse: (message) => toEngineSchema.safeParse(message).success,
  }),
  fuzzed({
    name: 'messages of an engine to its editor',
    inputs: mutatedJson(ofSchema(fromEngineSchema)),
    parse: parseFromEngine,
  }),
  fuzzed({
    name: 'messages of the Dashboard',
    inputs: mutatedJson(ofSchema(fromDashboardSchema)),
    parse: parseFromDashboard,
  }),
  fuzzed({ name: 'messages of Outputs', inputs: mutatedJson(ofSchema(fromOutputsSchema)), parse: parseFromOutputs }),
  fuzzed({
    name: 'messages of Compare',
    inputs: mutatedJson(ofSchema(fromComparePanelSchema)),
    parse: parseFromComparePanel,
  }),
  fuzzed({
    name: 'frames of graders (JavaScript and Python)',
    inputs: graderReplies,
    parse: (frame) => graderReplySchema.safeParse(frame).success,
  }),
  fuzzed({ name: 'lines of graders, down to their scores', inputs: mutatedBytes(GRADER_LINES), parse: graderLine }),
  fuzzed({
    name: 'what reward functions return',
    inputs: fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withTypedArray: true,
      withSparseArray: true,
    }),
    parse: (value) => decodeGroup(JSON.parse(JSON.stringify(encodeGroup(value, 3))), 3).length === 3,
  }),
  fuzzed({
    name: 'requests of agents to start training',
    inputs: mutatedJson(ofSchema(startTrainingInput)),
    parse: (input) => startTrainingInput.safeParse(input).success,
  }),
  fuzzed({
    name: 'answers of servers in the place of a policy',
    inputs: mutatedJson(fc.constantFrom(...SERVER_ANSWERS)),
    parse: readAnswer,
  }),
];
