import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Emitter } from '../common/event.ts';
import { deferred } from '../engine/deferred.ts';
import type { EngineEnd, EngineHandle, EngineState } from '../engine/engineHandle.ts';
import { whenBegun } from './startedByAgent.ts';

/** An engine that does as a test says, and its agent, who may think better of it. */
class Started implements EngineHandle {
  readonly id = '1';
  readonly job = { kind: 'resume', runDir: '/runs/1' } as const;
  readonly phase = null;
  readonly lastStep = null;
  readonly warnings = [];
  readonly outputFile = '';
  state: EngineState = { state: 'starting' };
  runDir: string | null = null;
  readonly #changed = new Emitter<EngineHandle>();
  readonly onDidChange = this.#changed.event;
  readonly #ended = deferred<EngineEnd>();
  readonly ended = this.#ended.promise;
  readonly #cancelled = new Emitter<unknown>();
  readonly onCancellationRequested = this.#cancelled.event;
  isCancellationRequested = false;

  constructor(change: Partial<Pick<Started, 'state' | 'runDir' | 'isCancellationRequested'>> = {}) {
    Object.assign(this, change);
  }

  become(change: Partial<Pick<Started, 'state' | 'runDir'>>): void {
    Object.assign(this, change);
    this.#changed.fire(this);
  }

  end(message: string | null): void {
    this.#ended.resolve({
      outcome: message === null ? 'stopped' : 'failed',
      message,
      resumable: false,
      crashed: false,
      unseen: false,
    });
  }

  cancel(): void {
    this.isCancellationRequested = true;
    this.#cancelled.fire(undefined);
  }

  stop(): Promise<void> {
    this.end(null);
    return Promise.resolve();
  }

  pause(): void {}

  continue(): void {}

  swapRewards(): Promise<never> {
    return Promise.reject(new Error('nobody asks'));
  }
}

test('an agent hears of its run as soon as there is one', async () => {
  const engine = new Started();
  const begun = whenBegun(engine, engine);
  engine.become({ state: { state: 'working' } });
  engine.become({ runDir: '/runs/1' });
  assert.equal(await begun, '/runs/1');
  assert.equal(await whenBegun(engine, engine), '/runs/1');
});

test('an agent does not wait for a free core', async () => {
  const engine = new Started();
  const begun = whenBegun(engine, engine);
  engine.become({ state: { state: 'queued' } });
  assert.equal(await begun, null);
  // It has been answered: what it does later is another matter.
  engine.cancel();
  engine.end('No room.');
});

test('what is cancelled before it began is stopped, and what fails says why', async () => {
  const engine = new Started();
  const begun = whenBegun(engine, engine);
  engine.cancel();
  await assert.rejects(begun, /stopped before there was a run/);
  const early = new Started({ isCancellationRequested: true });
  await assert.rejects(whenBegun(early, early), /stopped before there was a run/);
  const failing = new Started();
  const failed = whenBegun(failing, failing);
  failing.end('There is no such model.');
  await assert.rejects(failed, /no such model/);
});
