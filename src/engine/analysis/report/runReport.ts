/** The report of a run: what was done, what came of it, what of that can be believed, and how to do it again. Numbers are the run's own. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { RunReader } from '../../run/reader.ts';
import { count, plural } from '../../words/format.ts';
import { experimentName } from '../../words/naming.ts';
import { ownCostSentences } from '../cost/runCost.ts';
import { accuracySentence, outcomeSentences } from '../outcome.ts';
import { runOutcome } from '../runOutcome.ts';
import { runWarnings } from '../runWarnings.ts';
import { taskAccuracies } from '../taskWords.ts';
import { heading, type Block, type Document } from './document.ts';
import type { LatexRow } from './latex.ts';
import { changes, comparison, published, results } from './resultSections.ts';
import { titleOf } from './runTitle.ts';
import { setup } from './setupSection.ts';

export interface Report {
  readonly title: string;
  readonly document: Document;
  /** The newest evaluation of each part, the other run's first. */
  readonly table: readonly LatexRow[];
}

/** @param other a run that this one is compared with; null for none */
export function runReport(reader: RunReader, other: RunReader | null): Report {
  const title = titleOf(reader.manifest);
  return {
    title,
    document: [
      { kind: 'heading', level: 1, text: title },
      ...summary(reader),
      ...results(reader),
      ...(other === null ? [] : comparison(reader, other)),
      ...published(reader),
      ...changes(reader),
      ...conduct(reader),
      ...cost(reader),
      ...limits(reader, other),
      ...setup(reader),
    ],
    table: [...(other === null ? [] : newest(other)), ...newest(reader)],
  };
}

function summary(reader: RunReader): Block[] {
  const { status, crashed, lastStep } = reader.state();
  const { method, training, algorithm, full, model } = reader.experiment();
  const done = `${crashed ? 'crashed' : status} after step ${count(lastStep ?? 0)} of ${count(training.steps)}`;
  const way = method === 'sft' ? 'supervised' : `${algorithm.advantage} advantages, ${algorithm.tokenLoss} loss`;
  const test = reader.evaluations().findLast(({ split }) => split === 'test');
  const sentences = [
    ...outcomeSentences(runOutcome(reader)),
    ...(test === undefined ? [] : [accuracySentence(test), ...taskAccuracies(test)]),
  ];
  return [
    {
      kind: 'text',
      text: `A run of ${model}, ${full ? 'all weights' : 'a low-rank adapter'} trained by ${way}: ${done}.`,
    },
    ...(sentences.length === 0
      ? [{ kind: 'text' as const, text: 'Nothing was evaluated, so nothing is claimed.' }]
      : sentences.map((text) => ({ kind: 'text' as const, text }))),
  ];
}

function conduct(reader: RunReader): Block[] {
  const versions = reader.rewardVersions();
  const warnings = runWarnings(reader.dir);
  return [
    ...(versions.length === 0
      ? []
      : [
          heading('Changed while it trained'),
          {
            kind: 'list' as const,
            items: versions.map(
              ({ fromStep, reward, hash }) =>
                `From step ${count(fromStep)} on the reward ${reward} was other code: ${hash}.`,
            ),
          },
        ]),
    ...(warnings.length === 0
      ? []
      : [heading('Warnings'), { kind: 'list' as const, items: warnings.map(({ message }) => message) }]),
  ];
}

function cost(reader: RunReader): Block[] {
  const sentences = ownCostSentences(reader);
  return sentences.length === 0 ? [] : [heading('Cost'), ...sentences.map((text) => ({ kind: 'text' as const, text }))];
}

function limits(reader: RunReader, other: RunReader | null): Block[] {
  const { final, evaluated, seen } = evaluatedParts(reader);
  const items = [
    'Intervals of 95 % are about the choice of problems; what another seed would have come to, one run does not show.',
    ...(final === null
      ? []
      : [
          `Accuracy is over ${plural(final.problems, 'problem')} of the ${final.split} part and says nothing of other tasks.`,
        ]),
    ...(evaluated > 1
      ? [`The validation part was looked at ${count(evaluated)} times; a step chosen by it looks better than it is.`]
      : []),
    ...(seen ? [] : ['No part of the data was kept unseen until the end: there is no result on a test part.']),
    ...(other === null ? ['Nothing is compared with another run here.'] : []),
    'Steps are timed on the machine named below; other machines take other times.',
  ];
  return [heading('Limits'), { kind: 'list', items }];
}

function evaluatedParts(reader: RunReader): {
  readonly final: EvaluationSummary | null;
  readonly evaluated: number;
  readonly seen: boolean;
} {
  const evaluations = reader.evaluations();
  return {
    final: evaluations.at(-1) ?? null,
    evaluated: evaluations.filter(({ split }) => split === 'validation').length,
    seen: evaluations.some(({ split }) => split === 'test'),
  };
}

function newest(reader: RunReader): LatexRow[] {
  const name = reader.manifest.name ?? experimentName(reader.manifest.experimentPath);
  const evaluations = reader.evaluations();
  return (['validation', 'test'] as const).flatMap((part) => {
    const evaluation = evaluations.findLast(({ split }) => split === part);
    if (evaluation === undefined) return [];
    const tasks = Object.entries(evaluation.tasks ?? {}).map(([task, own]) => ({
      name: `${name}, ${task}`,
      evaluation: { ...evaluation, ...own },
    }));
    return [{ name, evaluation }, ...tasks];
  });
}
