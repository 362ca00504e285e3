/** The answer to `rlvr_compare_runs`. */
import type { CompareRunsInput } from '../../protocol/agentTools.ts';
import { RunReader } from '../../run/reader.ts';
import { describeValue } from '../../words/describeValue.ts';
import type { PairedMeasure } from '../../protocol/comparison.ts';
import { compareRuns } from '../compareRuns.ts';
import { findRun, type RunPlaces } from './places.ts';
import { inline, Quotation } from './untrusted.ts';

/** Two experiments that have nothing in common differ in about fifty entries. */
const MAX_DIFFERENCES = 100;
/** Characters; the comparison's sentences are shorter unless a name in them is made to be long. */
const MAX_SENTENCE = 600;

/** @throws UserError where there is no such run, or one of them cannot be read */
export function compareRunsText(
  places: RunPlaces,
  { baseline, run }: CompareRunsInput,
  quotation = new Quotation(),
): string {
  const dirs = [findRun(places, baseline), findRun(places, run)];
  const readers: RunReader[] = [];
  try {
    for (const dir of dirs) readers.push(RunReader.open(dir));
    const { parameters, same, pairs, cautions } = compareRuns(readers);
    const [pair] = pairs;
    const refused = pair?.refused ?? null;
    const answer = {
      A: { run: baseline, is: 'the baseline' },
      B: { run },
      different: parameters.slice(0, MAX_DIFFERENCES).map(({ path, values: [a, b] }) => ({
        path: inline(path),
        A: inline(describeValue(a)),
        B: inline(describeValue(b)),
      })),
      same,
      ...(refused === null ? {} : { notCompared: inline(refused, MAX_SENTENCE) }),
      results: pair?.measures.map(describeMeasure) ?? [],
      cautions: cautions.map((caution) => inline(caution, MAX_SENTENCE)),
    };
    return `${quotation.note}\n${JSON.stringify(answer)}`;
  } finally {
    for (const reader of readers) reader.close();
  }
}

function describeMeasure({ of, split, verdict, sentence, cautions, tasks }: PairedMeasure): object {
  return {
    of: `${of}, on the ${split} problems`,
    verdict,
    sentence: inline(sentence, MAX_SENTENCE),
    ...(tasks.length > 0 && { tasks: tasks.map((task) => inline(task.sentence, MAX_SENTENCE)) }),
    cautions: cautions.map((caution) => inline(caution, MAX_SENTENCE)),
  };
}
