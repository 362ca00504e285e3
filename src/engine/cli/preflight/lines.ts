/** A forecast for a terminal. */
import { forecastText } from '../../analysis/forecast/forecastText.ts';
import type { Preflight } from '../../trainer/preflight/preflight.ts';
import type { CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { printable, wrap } from '../text.ts';

/** @param name of the experiment, as it is shown */
export function showForecast(
  { forecast, experiment }: Preflight,
  name: string,
  json: boolean,
  io: Pick<CommandIO, 'stdout'>,
): void {
  if (json) {
    printJson(io.stdout, { event: 'forecast', ...forecast });
    return;
  }
  const width = io.stdout.columns ?? Infinity;
  const lines = forecastText(forecast, experiment, name);
  for (const line of lines.flatMap((each) => wrap(printable(each), width))) io.stdout.write(`${line}\n`);
}
