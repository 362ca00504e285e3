/** What panels hear of engines, by the folder of their run. */
import type { LiveState } from '../../engine/protocol/panels/dashboard.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import type { Engines } from '../engine/engines.ts';
import { Emitter } from '../common/event.ts';
import type { Disposable } from '../common/disposable.ts';
import type { LiveRun } from './liveRun.ts';

export class LiveEngines implements LiveRun, Disposable {
  readonly #engines: Engines;
  readonly #changed = new Emitter<string>();
  readonly #listener: Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#listener = engines.onDidChange(({ runDir }) => {
      if (runDir !== null) this.#changed.fire(runDir);
    });
  }

  stateOf(runDir: string): LiveState | null {
    const handle = this.#engines.ofRun(runDir);
    return handle === null ? null : liveState(handle);
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }
}

function liveState({ state: { state }, phase }: EngineHandle): LiveState | null {
  return state === 'ended' ? null : { state, phase };
}
