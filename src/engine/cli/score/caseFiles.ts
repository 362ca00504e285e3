/** Runs the cases of files and says which fail. */
import { readCasesFile, rewardFileOf } from '../../cases/caseFiles.ts';
import { experimentsNaming } from '../../cases/caseRewards.ts';
import { caseTitle, scoreText } from '../../cases/caseTitle.ts';
import { runCases, type CaseVerdict } from '../../cases/runCases.ts';
import type { PlacedCase } from '../../protocol/rewardCases.ts';
import { plural } from '../../words/format.ts';
import { shownPath } from '../advice.ts';
import { EXIT, type CommandIO } from '../command.ts';
import { printJson } from '../json.ts';
import { printable } from '../text.ts';
import { ownScore } from './ownScore.ts';

/** @param files absolute paths */
export async function runCaseFiles(files: readonly string[], json: boolean, io: CommandIO): Promise<number> {
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    for (const result of await runFile(file, io)) {
      if (io.signal.aborted) return EXIT.stopped;
      if (result.verdict.outcome === 'passed') passed++;
      else failed++;
      if (json) printJson(io.stdout, jsonOf(result));
      else if (result.verdict.outcome !== 'passed') for (const line of linesOf(result)) io.stdout.write(`${line}\n`);
    }
  }
  if (json) printJson(io.stdout, { event: 'cases', passed, failed });
  else
    io.stdout.write(`${plural(passed + failed, 'case')}, ${failed === 0 ? 'all as expected' : `${failed} failed`}\n`);
  return failed === 0 ? EXIT.done : EXIT.failed;
}

interface CaseResult {
  /** As short as it can be said. */
  readonly file: string;
  readonly line: number;
  readonly one: PlacedCase;
  readonly verdict: CaseVerdict;
}

async function runFile(file: string, io: CommandIO): Promise<CaseResult[]> {
  const { text, cases } = readCasesFile(file);
  const rewardFile = rewardFileOf(file);
  const experiments = experimentsNaming(rewardFile, io.cwd);
  const verdicts = await runCases(cases, { rewardFile, experiments, score: ownScore(io) });
  return cases.flatMap((one, index) => {
    const verdict = verdicts[index];
    const line = text.slice(0, one.range.offset).split('\n').length;
    return verdict === undefined ? [] : [{ file: shownPath(file, io.cwd), line, one, verdict }];
  });
}

function jsonOf({ file, line, one, verdict }: CaseResult): object {
  const { name, function: rewardFunction, expected, tolerance } = one;
  return { event: 'case', file, line, name, function: rewardFunction, expected, tolerance, ...verdict };
}

function linesOf({ file, line, one, verdict }: CaseResult): string[] {
  const what =
    verdict.outcome === 'error'
      ? printable(verdict.message)
      : `expected ${scoreText(one.expected)}, got ${scoreText(verdict.value)}`;
  return [`${printable(file)}:${line}  ${printable(one.function)}: ${what}`, `  ${printable(caseTitle(one))}`];
}
