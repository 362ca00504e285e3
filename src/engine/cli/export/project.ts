/** An experiment, or that of a run, as a project for another trainer. */
import { findExperiment } from '../../handover/findExperiment.ts';
import { writeProject } from '../../handover/writeProject.ts';
import type { Trainer } from '../../protocol/handover.ts';
import { plural } from '../../words/format.ts';
import { shownPath } from '../advice.ts';
import { EXIT, type CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { printable, wrap } from '../text.ts';

export interface ProjectRequest {
  /** An experiment file or a run folder, absolute. */
  readonly path: string;
  readonly trainer: Trainer;
  readonly outDir: string;
}

export async function exportProject(
  { path, trainer, outDir }: ProjectRequest,
  json: boolean,
  io: CommandIO,
): Promise<number> {
  const { files, remarks, warnings } = await writeProject({ ...findExperiment(path), trainer, outDir });
  for (const warning of warnings) io.stderr.write(`${printable(warning)}\n`);
  const folder = shownPath(outDir, io.cwd);
  if (json) {
    for (const file of files) printJson(io.stdout, { event: 'exported', what: trainer, file });
    for (const remark of remarks) printJson(io.stdout, { event: 'remark', ...remark });
    return EXIT.done;
  }
  io.stdout.write(`Wrote ${plural(files.length, 'file')} to ${folder}; its README.md says how to start.\n`);
  const width = io.stdout.columns ?? Infinity;
  for (const [kind, title] of [
    ['missing', 'Not carried over:'],
    ['different', 'Done in another way:'],
  ] as const) {
    const lines = remarks.filter((remark) => remark.kind === kind).map(({ key, what }) => `${key}: ${what}`);
    if (lines.length === 0) continue;
    io.stdout.write(`\n${title}\n`);
    for (const line of lines.flatMap((each) => wrap(printable(each), width - 2))) io.stdout.write(`  ${line}\n`);
  }
  return EXIT.done;
}
