/** A forecast as a text of lines, for a terminal and an editor alike. */
import type { Experiment } from '../../protocol/experiment.ts';
import type { Forecast } from '../../protocol/forecast.ts';
import { forecastAdvice } from './forecastAdvice.ts';
import { forecastNotes, forecastRows, sampleSentence } from './forecastWords.ts';

/** @param name of the experiment, as it is shown */
export function forecastText(forecast: Forecast, experiment: Experiment, name: string): string[] {
  const rows = forecastRows(forecast);
  const width = Math.max(...rows.map((row) => row.name.length));
  const advice = forecastAdvice(forecast, experiment);
  return [
    `Preflight of ${name}`,
    sampleSentence(forecast),
    '',
    ...rows.map((row) => `${row.name.padEnd(width)}  ${row.expected}`),
    '',
    ...(advice.length === 0 ? [] : [...advice, '']),
    ...forecastNotes(forecast, experiment),
  ];
}
