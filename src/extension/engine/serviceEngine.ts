/** The engine that has no run and answers questions: one for each window, there when needed, gone when idle. */
import { UserError } from '../../engine/protocol/errors.ts';
import type { Lease, LinkRequest } from '../../engine/protocol/link.ts';
import type { Disposable } from '../common/disposable.ts';
import { crashStory } from './afterCrash.ts';
import type { Answer, Patience } from './engineLink.ts';
import { EngineProcess } from './engineProcess.ts';
import { EngineQuestions } from './engineQuestions.ts';
import type { NodeRuntime } from './nodeRuntime.ts';
import {
  createSession,
  newSessionDir,
  readEnd,
  readOutputTail,
  retireSession,
  type EngineSettings,
  type Session,
} from './session.ts';

export interface ServiceEnvironment {
  readonly sessionsDir: string;
  readonly lease: () => Lease;
  /** For the service that judges completions; null where the user has stored none. */
  readonly judgeKey: () => string | null;
  /** The Node to start it with. Rejects with UserError where there is none, or nothing may run here. */
  readonly runtime: () => Promise<NodeRuntime>;
  readonly settings: () => Promise<EngineSettings>;
  /** Milliseconds after the last answer until it ends: a warm one answers at once, and costs memory. */
  readonly idleMs: number;
}

export class ServiceEngine implements Disposable {
  readonly questions = new EngineQuestions((request, patience) => this.#ask(request, patience));
  readonly #environment: ServiceEnvironment;
  #engine: Promise<EngineProcess> | null = null;
  #asking = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(environment: ServiceEnvironment) {
    this.#environment = environment;
  }

  /** The key of the judge has changed. */
  sendJudgeKey(): void {
    const key = this.#environment.judgeKey();
    void this.#engine?.then(
      (engine) => engine.send({ type: 'judgeKey', key }),
      () => {},
    );
  }

  dispose(): void {
    clearTimeout(this.#idle);
    void this.#engine?.then(
      (engine) => {
        engine.send({ type: 'stop' });
        engine.dispose();
      },
      () => {},
    );
    this.#engine = null;
  }

  async #ask(request: LinkRequest, patience: Partial<Patience> = {}): Promise<Answer> {
    clearTimeout(this.#idle);
    this.#asking++;
    try {
      const engine = await (this.#engine ??= this.#start());
      if (engine.link === null) throw new UserError('The engine that answers questions cannot be reached. Try again.');
      patience.signal?.throwIfAborted();
      return await engine.link.request(request, patience);
    } finally {
      this.#asking--;
      if (this.#asking === 0) this.#idle = setTimeout(() => this.#end(), this.#environment.idleMs);
    }
  }

  #end(): void {
    void this.#engine?.then(
      (engine) => engine.send({ type: 'stop' }),
      () => {},
    );
    this.#engine = null;
  }

  /** Resolves when it lets us in; rejects where it ended before. The next question starts another, once it is gone. */
  #start(): Promise<EngineProcess> {
    const forget = (): void => {
      if (this.#engine === engine) this.#engine = null;
    };
    const engine = this.#launch(forget);
    engine.catch(forget);
    return engine;
  }

  async #launch(onGone: () => void): Promise<EngineProcess> {
    const { sessionsDir, lease, runtime, settings } = this.#environment;
    const node = await runtime();
    const session = await createSession(newSessionDir(sessionsDir), { kind: 'serve' }, lease(), await settings());
    return new Promise((resolve, reject) => {
      const engine = new EngineProcess(session, { kind: 'start', runtime: node }, lease, {
        onWelcome: () => {
          const key = this.#environment.judgeKey();
          if (key !== null) engine.send({ type: 'judgeKey', key });
          resolve(engine);
        },
        onStatus: () => {},
        onEvent: () => {},
        onLost: () => {},
        onGone: (cause) => {
          onGone();
          void describeFailure(session, cause).then(async (message) => {
            reject(new UserError(message));
            await retireSession(session, false);
          });
        },
      });
    });
  }
}

async function describeFailure(session: Session, cause: string): Promise<string> {
  const end = await readEnd(session);
  const story = end?.message ?? crashStory(cause, readOutputTail(session));
  return `The engine that answers questions could not be started: ${story}`;
}
