/**
 * Calls of user code in the grader: each ends once, with a value or with what went wrong, and what goes wrong outside of a
 * call's own promise (a rejection nobody handled, a throw in a timer) is still told of the call that caused it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AnswersFrame, GraderReply } from '../protocol/grader.ts';
import type { AnswerNotes } from './answerNotes.ts';

/** sysexits.h EX_SOFTWARE. The engine only sees that the process ended, and asks again, item by item. */
export const EXIT_UNCLEAR = 70;

/** What is called: one item of a job, or with `item: null` its whole group. */
export interface CallKey {
  readonly id: number;
  readonly item: number | null;
}

export interface UserCall {
  readonly key: CallKey;
  readonly timeoutMs: number;
  /** The user's code. */
  readonly run: () => unknown;
  /** Its value as it is sent. */
  readonly encode: (returned: unknown) => unknown;
  /** What it says of answers. */
  readonly notes: AnswerNotes;
}

export interface StartedCall {
  /** It returned a promise, so others may be started meanwhile. */
  readonly asynchronous: boolean;
  /** Resolves when its end has been sent; never rejects. */
  readonly ended: Promise<void>;
}

export interface CallRunner {
  start(call: UserCall): StartedCall;
  /** The call that the code which runs now belongs to; null where that cannot be known. */
  current(): UserCall | null;
}

/**
 * Takes over the process: its handlers of stray errors, and `process.exit`. Make it before user code is loaded: it takes what
 * it needs of the globals as they are now.
 *
 * @param changedIntrinsic names what of the shared objects was replaced, or null, see `intrinsics.ts`
 * @param errorText what was thrown, as text for the user; never throws
 */
export function takeOverCalls(
  send: (reply: GraderReply) => void,
  changedIntrinsic: () => string | null,
  errorText: (thrown: unknown) => string,
): CallRunner {
  const exit = process.exit.bind(process);
  const { setTimeout, setImmediate, clearTimeout } = globalThis;
  const now = performance.now.bind(performance);
  const running = new Set<CallKey>();
  const callOfCode = new AsyncLocalStorage<UserCall>();

  /** Lets happen what a call left to happen at once: microtasks, and the rejections nobody handled. */
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const fail = (key: CallKey, message: string, timeout = false): void => {
    if (running.delete(key)) send({ kind: 'threw', ...key, timeout, message });
  };

  const failStray = (thrown: unknown): void => {
    const [first, second] = running;
    const key = callOfCode.getStore()?.key ?? (second === undefined ? first : undefined);
    if (key !== undefined) fail(key, errorText(thrown));
    else if (first !== undefined) exit(EXIT_UNCLEAR);
  };

  const succeed = (key: CallKey, value: unknown, answers: AnswersFrame | null): void => {
    if (!running.has(key)) return;
    const changed = changedIntrinsic();
    if (changed !== null) {
      // With others under way it may have been one of them.
      if (running.size === 1) fail(key, `replaced ${changed}, which all code in the process shares; leave it as it is`);
      exit(EXIT_UNCLEAR);
    }
    running.delete(key);
    send({ kind: 'result', ...key, value, ...(answers === null ? {} : { answers }) });
  };

  const finish = async (
    { key, timeoutMs, encode, notes }: UserCall,
    returned: unknown,
    began: number,
  ): Promise<void> => {
    const left = timeoutMs - (now() - began);
    const expire = (): void => fail(key, `took longer than ${timeoutMs / 1000} s`, true);
    const answered = async (): Promise<void> => {
      try {
        const value = await returned;
        // Now: what the code leaves to happen later would be in time for it or not.
        const answers = notes.frame();
        await turn();
        succeed(key, encode(value), answers);
      } catch (thrown) {
        fail(key, errorText(thrown));
      }
    };
    if (left <= 0) {
      expire();
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        expire();
        resolve();
      }, left);
      void answered().then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  };

  process.on('uncaughtException', failStray);
  process.on('unhandledRejection', failStray);
  process.exit = (code) => {
    throw new Error(`process.exit(${code ?? ''}) was called; return a score, or throw an error, instead`);
  };

  return {
    start: (call) => {
      running.add(call.key);
      send({ kind: 'started', ...call.key });
      const began = now();
      try {
        const returned = callOfCode.run(call, call.run);
        return { asynchronous: isPromiseLike(returned), ended: finish(call, returned, began) };
      } catch (thrown) {
        fail(call.key, errorText(thrown));
        return { asynchronous: false, ended: Promise.resolve() };
      }
    },
    current: () => callOfCode.getStore() ?? null,
  };
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
