/**
 * The grader process's own side: loads the rewards, scores one job after the other, reports each item as it starts and ends.
 *
 * A process is no security boundary: user code runs here with the user's rights and, set on it, can forge any frame. What is
 * promised is that an accident stays an accident of its own score. So whatever goes wrong is reported at its item where that
 * can be told; where it cannot, the process ends and the engine asks again, item by item.
 */
import {
  graderAnswerSchema,
  graderRequestSchema,
  type GraderJob,
  type GraderReply,
  type GraderSetup,
} from '../protocol/grader.ts';
import type { LineChannel } from '../process/lineChannel.ts';
import { AnswerNotes, listenForAnswers } from './answerNotes.ts';
import { errorText } from './errorText.ts';
import { EXIT_UNCLEAR, takeOverCalls } from './graderCalls.ts';
import { LoadError, loadRewards, type LoadedReward } from './graderFunctions.ts';
import { grantedPermissions } from './grantedPermissions.ts';
import { GraderQuestions, SERVICES_SYMBOL } from './graderQuestions.ts';
import { protectIntrinsics } from './intrinsics.ts';
import { Probe, PROBE_SYMBOL } from './probe.ts';
import { encodeGroup, encodeScore } from './score.ts';

/** Asynchronous functions wait for something, a judge over the network most often; more at once would meet its rate limit. */
const MAX_CONCURRENT_CALLS = 16;

/** Answers the engine until the channel closes. */
export function runGrader(channel: LineChannel): void {
  const exit = process.exit.bind(process);
  const send = (reply: GraderReply): void => channel.send(reply);
  let rewards: ReadonlyMap<string, LoadedReward> = new Map();
  let changedIntrinsic = (): string | null => null;
  let folder = process.cwd();
  let probe: Probe | null = null;
  const questions = new GraderQuestions(send);
  const calls = takeOverCalls(
    send,
    () => changedIntrinsic(),
    (thrown) => errorText(thrown, folder),
  );
  listenForAnswers(() => calls.current()?.notes ?? null);
  send({ kind: 'permissions', granted: grantedPermissions() });

  async function setUp(setup: GraderSetup): Promise<void> {
    try {
      folder = setup.folder;
      if (setup.places !== undefined) probe = new Probe(setup.places);
      // Found by modules as they are loaded, and by nothing later.
      const key = Symbol.for(PROBE_SYMBOL);
      Reflect.set(globalThis, key, probe?.code);
      Reflect.set(globalThis, Symbol.for(SERVICES_SYMBOL), questions.ask);
      rewards = await loadRewards(setup.rewards, folder);
      Reflect.deleteProperty(globalThis, key);
      Reflect.deleteProperty(globalThis, Symbol.for(SERVICES_SYMBOL));
      changedIntrinsic = protectIntrinsics();
      send({ kind: 'ready' });
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      send({ kind: 'loadError', reward: error.reward, message: error.message });
    }
  }

  function probed(watched: boolean, call: () => unknown): () => unknown {
    return probe === null ? call : probe.run.bind(probe, watched, call);
  }

  async function score(job: GraderJob): Promise<void> {
    await scoreItems(job);
    if (probe !== null) send({ kind: 'trace', id: job.id, trace: probe.report() });
  }

  async function scoreItems({ id, reward: name, items, watch }: GraderJob): Promise<void> {
    const reward = rewards.get(name);
    if (reward === undefined) throw new Error(`The engine asked for a reward "${name}" that it did not set up.`);
    const { per, timeoutMs } = reward.setup;
    if (per === 'group') {
      const encode = (returned: unknown): unknown => encodeGroup(returned, items.length);
      const run = probed(watch !== undefined, () => reward.call(items));
      const notes = new AnswerNotes(items);
      await calls.start({ key: { id, item: null }, timeoutMs: timeoutMs * items.length, run, encode, notes }).ended;
      return;
    }
    const pending = new Set<Promise<void>>();
    for (const [item, values] of items.entries()) {
      if (pending.size >= MAX_CONCURRENT_CALLS) await Promise.race(pending);
      const run = probed(item === watch, () => reward.call([values]));
      const notes = new AnswerNotes([values]);
      const { asynchronous, ended } = calls.start({ key: { id, item }, timeoutMs, run, encode: encodeScore, notes });
      pending.add(ended);
      const left = ended.then(() => pending.delete(ended));
      if (!asynchronous) await left;
    }
    await Promise.all(pending);
  }

  async function handle(message: unknown): Promise<void> {
    const request = graderRequestSchema.parse(message);
    if (request.kind === 'setup') await setUp(request);
    else await score(request);
  }

  let last = Promise.resolve();
  channel.onMessage((message) => {
    // In the middle of the job that waits for it.
    const answer = graderAnswerSchema.safeParse(message);
    if (answer.success) {
      questions.answer(answer.data.question, answer.data.value, answer.data.error);
      return;
    }
    last = last
      .then(() => handle(message))
      .catch((error: unknown) => {
        console.error(error);
        exit(EXIT_UNCLEAR);
      });
  });
  channel.onClose(() => exit(0));
}
