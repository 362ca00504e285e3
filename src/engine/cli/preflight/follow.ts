/** Follows a preflight in a terminal. */
import type { EngineEvent } from '../../protocol/events.ts';
import type { Preflight, PreflightOptions } from '../../trainer/preflight/preflight.ts';
import { percent } from '../../words/format.ts';
import type { CommandIO } from '../command.ts';
import { terminalLimits } from '../limits.ts';
import { LiveRegion } from '../progress/liveRegion.ts';
import { isInteractive, printable, truncate } from '../text.ts';

/** Where a terminal does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

const DOING: Readonly<Record<Extract<EngineEvent, { event: 'phase' }>['phase'], string>> = {
  load: 'loading',
  profile: 'measuring pass rates',
  rollout: 'sampling',
  reward: 'scoring',
  train: 'updating',
  eval: 'evaluating',
};

/** @returns null where it was stopped */
export async function followPreflight(
  io: CommandIO,
  options: PreflightOptions,
  title: string,
): Promise<Preflight | null> {
  const { preflight } = await import('../../trainer/preflight/preflight.ts');
  const live = isInteractive(io.stderr, io.env) ? new LiveRegion(io.stderr) : null;
  const emit = (event: EngineEvent): void => {
    if (event.event === 'warning') {
      const line = printable(event.message);
      if (live) live.print([line]);
      else io.stderr.write(`${line}\n`);
    }
    if (event.event !== 'phase') return;
    const { step, phase, done, total } = event;
    const share = total > 0 && done > 0 ? `, ${percent(done / total)}` : '';
    const line = `Preflight of ${printable(title)}: ${step > 0 ? `try ${step}, ` : ''}${DOING[phase]}${share}`;
    // One cell is left free: a full line makes some terminals wrap.
    live?.draw([truncate(line, (io.stderr.columns ?? DEFAULT_COLUMNS) - 1)]);
  };
  try {
    return await preflight(options, { emit, signal: io.signal, ...terminalLimits(io) });
  } catch (error) {
    // What is cut off breaks with some error or other, and leaves nothing behind.
    if (io.signal.aborted) return null;
    throw error;
  } finally {
    live?.clear();
  }
}
