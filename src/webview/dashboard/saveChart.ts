/** A chart as a file: the picture as it is shown, or the values behind it. */
import type { EvaluationSummary } from '../../engine/protocol/events.ts';
import type { DashboardRun, FromDashboard, MAX_FILE_NAME } from '../../engine/protocol/panels/dashboard.ts';
import { pngOf } from '../chart/picture.ts';
import type { ChartCard } from './chartCard.ts';
import { metricsOf } from './chartSpecs.ts';
import { evaluationTable } from './evaluationTable.ts';

/** UTF-16 units of a file's name. */
const MAX_NAME: typeof MAX_FILE_NAME = 200;

/** Asks the host to save it; where there can be no picture, the chart says so. */
export async function saveChart(
  card: ChartCard,
  format: 'png' | 'svg' | 'csv',
  run: DashboardRun,
  evaluations: readonly EvaluationSummary[],
  post: (message: FromDashboard) => void,
): Promise<void> {
  const { spec } = card;
  const name = `${run.experiment} ${run.name} ${spec.title}`.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, MAX_NAME);
  if (format === 'csv' && !spec.evaluations) {
    post({ type: 'saveValues', name, metrics: metricsOf(spec) });
    return;
  }
  const data = format === 'csv' ? evaluationTable(evaluations) : await pictureOf(card, format, run);
  if (data === null) card.showNote('The picture cannot be made as PNG. Save it as SVG.');
  else post({ type: 'saveFile', format, name, data });
}

async function pictureOf(
  card: ChartCard,
  format: 'png' | 'svg',
  { experiment, name }: DashboardRun,
): Promise<string | Uint8Array<ArrayBuffer> | null> {
  const picture = card.picture(`${experiment}, ${name}`);
  return format === 'svg' ? picture.svg : pngOf(picture).catch(() => null);
}
