/** A forecast for an editor: some of an experiment is tried, with as many threads as its run would have. */
import { forecastText } from '../analysis/forecast/forecastText.ts';
import type { EngineEvent } from '../protocol/events.ts';
import type { PreflightReply, PreflightRequest } from '../protocol/forecast.ts';
import type { EngineContext } from '../trainer/engineContext.ts';
import { preflight } from '../trainer/preflight/preflight.ts';
import { experimentName } from '../words/naming.ts';
import type { Asker } from './answer.ts';

/** @param own what the engine takes of the machine, and where it makes temporary folders */
export async function forecast(
  { path }: PreflightRequest,
  { onProgress, signal }: Asker,
  own: Pick<EngineContext, 'temporary' | 'defaultThreads' | 'memoryLimit'>,
): Promise<PreflightReply> {
  const warnings: string[] = [];
  const emit = (event: EngineEvent): void => {
    if (event.event === 'warning') warnings.push(event.message);
    // A preflight measures no pass rates.
    if (event.event !== 'phase' || event.phase === 'profile') return;
    const { step, phase: doing, done, total } = event;
    onProgress({ phase: 'preflight', step, doing, share: total > 0 ? Math.min(1, done / total) : 0 });
  };
  const context = { emit, signal, ...own };
  const { forecast: found, experiment } = await preflight({ experimentPath: path, overrides: [] }, context);
  const lines = forecastText(found, experiment, experimentName(path));
  const said = warnings.length === 0 ? [] : ['', ...warnings];
  return { kind: 'preflight', forecast: found, text: `${[...lines, ...said].join('\n')}\n` };
}
