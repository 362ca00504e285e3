/** An engine in a process of its own, which a test can kill. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import type { Outcome } from '../../src/engine/trainer/engineContext.ts';

/** What `trainingEngine.ts` says. */
export type EngineMessage =
  | { readonly event: EngineEvent; readonly computePid: number | null }
  | { readonly outcome: Outcome }
  | { readonly error: string };

export interface Ended {
  /** How the engine's work ended; null where it was killed before. */
  readonly end: Extract<EngineMessage, { outcome: Outcome } | { error: string }> | null;
  readonly events: readonly EngineEvent[];
  /** The compute processes it had. */
  readonly computePids: ReadonlySet<number>;
}

export interface EngineProcess {
  readonly pid: number;
  readonly computePid: number | null;
}

export type EngineCall =
  | readonly ['train', experiment: string, runsDir: string]
  | readonly ['train', experiment: string, runsDir: string, swapAt: string]
  | readonly ['resume', runDir: string];

/** Runs the engine to its end. `onEvent` is called with each event and may kill what it likes. */
export async function runEngine(
  call: EngineCall,
  onEvent: (event: EngineEvent, engine: EngineProcess) => void = () => {},
): Promise<Ended> {
  // What a killed engine leaves there is removed with it.
  const temporary = mkdtempSync(join(tmpdir(), 'rlvr-killed-'));
  const child = fork(join(import.meta.dirname, 'trainingEngine.ts'), call, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    serialization: 'advanced',
  });
  const events: EngineEvent[] = [];
  const computePids = new Set<number>();
  let end: Ended['end'] = null;
  child.on('message', (message: EngineMessage) => {
    if (!('event' in message)) {
      end = message;
      return;
    }
    const { event, computePid } = message;
    events.push(event);
    if (computePid !== null) computePids.add(computePid);
    if (child.pid !== undefined) onEvent(event, { pid: child.pid, computePid });
  });
  // After the last message.
  await once(child, 'close');
  rmSync(temporary, { recursive: true, force: true });
  return { end, events, computePids };
}
