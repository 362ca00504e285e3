/** What came of a run: its evaluations, beside another run and beside what others published, and which problems it gained and lost. */
import type { MeasureName } from '../../protocol/comparison.ts';
import type { RunReader } from '../../run/reader.ts';
import { describeValue } from '../../words/describeValue.ts';
import { count, plural } from '../../words/format.ts';
import { publishedFor } from '../compare/published.ts';
import { compareRuns } from '../compareRuns.ts';
import { runOutcome } from '../runOutcome.ts';
import { heading, type Block } from './document.ts';
import { estimateCells } from './estimateCells.ts';
import { problemChanges, type ProblemChange } from './problemChanges.ts';
import { titleOf } from './runTitle.ts';
import { taskResults } from './taskResults.ts';

/** Gains, and losses, that are shown in full. */
const EXAMPLES = 3;
/** Characters of a prompt or completion. */
const MAX_TEXT = 2000;

export function results(reader: RunReader): Block[] {
  const evaluations = reader
    .evaluations()
    .toSorted((a, b) => (a.split === b.split ? a.step - b.step : a.split === 'validation' ? -1 : 1));
  if (evaluations.length === 0) return [];
  const measures = [...new Set(evaluations.flatMap(({ measures: found = {} }) => Object.keys(found)))].sort();
  const validation = evaluations.filter(({ split }) => split === 'validation');
  return [
    heading('Results'),
    ...(validation.length > 1
      ? [{ kind: 'curve' as const, title: 'Accuracy on the validation part', evaluations: validation }]
      : []),
    {
      kind: 'table',
      columns: [
        { title: 'Part', numeric: false },
        ...['Step', 'Problems', 'Samples of each', 'Accuracy', '95 % interval', ...measures].map((name) => ({
          title: name,
          numeric: true,
        })),
      ],
      rows: evaluations.map((evaluation) => [
        evaluation.split,
        count(evaluation.step),
        count(evaluation.problems),
        count(evaluation.samples),
        ...estimateCells(evaluation.accuracy),
        ...measures.map((name) => {
          const found = evaluation.measures?.[name];
          return found === undefined ? '' : estimateCells(found).join(' ');
        }),
      ]),
    },
    ...taskResults(evaluations),
  ];
}

const MEASURES: Readonly<Record<MeasureName, string>> = {
  final: 'Newest evaluation',
  best: 'Best evaluation',
  test: 'Test part',
};

/** In the words of `rlvr compare`, where A is the other run and B is this one. */
export function comparison(reader: RunReader, other: RunReader): Block[] {
  const { parameters, agreement, pairs, recipes, cautions } = compareRuns([other, reader]);
  const said = pairs.flatMap(({ refused, measures }) =>
    refused === null
      ? measures.flatMap(({ of, sentence, tasks, cautions: own }) => [
          `${MEASURES[of]}: ${sentence}`,
          ...tasks.map((task) => `${MEASURES[of]}, ${task.sentence}`),
          ...own,
        ])
      : [refused],
  );
  return [
    heading('Comparison'),
    { kind: 'text', text: `A is ${titleOf(other.manifest)}; B is this run.` },
    // A caution may be about several measures.
    {
      kind: 'list',
      items: [...new Set([...said, ...recipes.map(({ sentence }) => sentence), agreement, ...cautions])],
    },
    ...(parameters.length === 0
      ? [{ kind: 'text' as const, text: 'No parameter differs.' }]
      : [
          {
            kind: 'table' as const,
            columns: ['What differs', 'A', 'B'].map((title) => ({ title, numeric: false })),
            rows: parameters.map(({ path, values }) => [path, describeValue(values[0]), describeValue(values[1])]),
          },
        ]),
  ];
}

export function published(reader: RunReader): Block[] {
  const found = publishedFor([reader.experiment()]);
  if (found.length === 0) return [];
  return [
    heading('Published by others'),
    {
      kind: 'text',
      text: 'None of this was measured here: prompts, extraction rules, problems and budgets are those of the sources.',
    },
    {
      kind: 'table',
      columns: ['Model', 'Setting', 'Result', 'Source'].map((title) => ({ title, numeric: false })),
      rows: found.map(({ model, setting, result, source }) => [model, setting, result, source]),
    },
  ];
}

export function changes(reader: RunReader): Block[] {
  const { before, after } = runOutcome(reader);
  if (before === null || after === null) return [];
  const found = problemChanges(reader, before, after, EXAMPLES);
  return [
    heading('Gains and losses'),
    {
      kind: 'text',
      text:
        `Of ${plural(found.both + found.gained + found.lost + found.neither, 'held-out problem')}, step ${count(before.step)} against step ${count(after.step)}: ` +
        `${count(found.gained)} gained, ${count(found.lost)} lost, ${count(found.both)} solved at both, ${count(found.neither)} at neither.`,
    },
    ...examplesOf('Gained', found.gains),
    ...examplesOf('Lost', found.losses),
  ];
}

function examplesOf(what: string, examples: readonly ProblemChange[]): Block[] {
  return examples.flatMap(({ name, prompt, before, after }) => [
    heading(`${what}: ${name}`, 3),
    { kind: 'verbatim', title: 'Prompt', text: shortened(prompt) },
    {
      kind: 'beside',
      texts: [
        ...(before === null ? [] : [{ title: 'Before', text: shortened(before) }]),
        ...(after === null ? [] : [{ title: 'After', text: shortened(after) }]),
      ],
    },
  ]);
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}… (${count(text.length)} characters in all)`;
}
