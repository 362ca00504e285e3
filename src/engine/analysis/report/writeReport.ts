/** Writes the report of a run: one HTML file that needs nothing else, the same as Markdown, and a table for a paper. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import { writeFileWhole } from '../../run/durable.ts';
import type { RunReader } from '../../run/reader.ts';
import { asHtml } from './html.ts';
import { latexTable } from './latex.ts';
import { asMarkdown } from './markdown.ts';
import { runReport } from './runReport.ts';

export const REPORT_HTML = 'report.html';

/**
 * Files of an earlier report in the folder are replaced.
 * @param other a run that this one is compared with; null for none
 * @returns names of the files, the HTML first
 * @throws UserError where they cannot be written
 */
export function writeReport(reader: RunReader, other: RunReader | null, outDir: string): string[] {
  // A run that trains meanwhile must not go on between one section and the next.
  const inSnapshot = <Result>(run: RunReader | null, read: () => Result): Result =>
    run === null ? read() : run.snapshot(read);
  const { title, document, table } = inSnapshot(other, () => reader.snapshot(() => runReport(reader, other)));
  const files = [
    { name: REPORT_HTML, text: asHtml(title, document) },
    { name: 'report.md', text: asMarkdown(document) },
    ...(table.length === 0 ? [] : [{ name: 'results.tex', text: latexTable(table, `Held-out accuracy of ${title}.`) }]),
  ];
  try {
    mkdirSync(outDir, { recursive: true });
    for (const { name, text } of files) writeFileWhole(join(outDir, name), (append) => append(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`Cannot write to ${outDir} (${reason}). Check the folder, its permissions and the free space.`);
  }
  return files.map(({ name }) => name);
}
