/** A forecast for a terminal. */
import { forecastText } from '../../analysis/forecast/forecastText.ts';
import type { Forecast } from '../../protocol/forecast.ts';
import type { PreflightOptions } from '../../trainer/preflight/preflight.ts';
import { experimentName } from '../../words/naming.ts';
import type { CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { printable, wrap } from '../text.ts';

export async function showForecast(
  forecast: Forecast,
  { experimentPath, overrides }: PreflightOptions,
  json: boolean,
  io: CommandIO,
): Promise<void> {
  if (json) {
    printJson(io.stdout, { event: 'forecast', ...forecast });
    return;
  }
  const { readExperiment } = await import('../../trainer/readExperiment.ts');
  const experiment = await readExperiment(experimentPath, overrides);
  const width = io.stdout.columns ?? Infinity;
  const lines = forecastText(forecast, experiment, experimentName(experimentPath));
  for (const line of lines.flatMap((each) => wrap(printable(each), width))) io.stdout.write(`${line}\n`);
}
