/** A replay for a terminal. */
import { basename } from 'node:path';
import { problemName } from '../../analysis/problemName.ts';
import { checkName, checkResult, clipWords, replayNotes, replaySentence } from '../../analysis/replayWords.ts';
import {
  CLIPS,
  type Replay,
  type ReplayCheck,
  type ReplayedCompletion,
  type ReplayUpdate,
} from '../../protocol/replay.ts';
import { rowOfProblem, taskOfProblem, type RunTasks } from '../../protocol/tasks.ts';
import { measure, percent } from '../../words/format.ts';
import { renderTable, type Column } from '../table.ts';
import { printable } from '../text.ts';

const checkColumns: readonly Column<ReplayCheck>[] = [
  { title: 'compared with the record', cell: checkName },
  { title: 'result', cell: checkResult },
];

const updateColumns: readonly Column<ReplayUpdate>[] = [
  { title: 'pass', cell: ({ pass }) => String(pass + 1), align: 'right' },
  { title: 'mini-batch', cell: ({ miniBatch }) => String(miniBatch + 1), align: 'right' },
  {
    title: 'completions in the loss',
    cell: ({ trained, completions }) => `${trained} of ${completions}`,
    align: 'right',
  },
  { title: 'loss', cell: ({ loss }) => measure(loss), align: 'right' },
  { title: 'gradient norm', cell: ({ gradNorm }) => measure(gradNorm), align: 'right' },
];

const taskColumn = (manifest: RunTasks): Column<ReplayedCompletion> => ({
  title: 'task',
  cell: ({ key }) => taskOfProblem(manifest, key.problem) ?? '',
});

const completionColumns = (manifest: RunTasks): readonly Column<ReplayedCompletion>[] => [
  ...(manifest.tasks === undefined ? [] : [taskColumn(manifest)]),
  { title: 'problem', cell: ({ key }) => String(rowOfProblem(manifest, key.problem)), align: 'right' },
  { title: 'sample', cell: sampleName, align: 'right' },
  { title: 'reward', cell: ({ reward }) => (reward === null ? 'none' : measure(reward)), align: 'right' },
  { title: 'advantage', cell: ({ advantage }) => measure(advantage), align: 'right' },
  { title: 'tokens', cell: ({ length }) => String(length), align: 'right' },
  { title: 'clipped', cell: clippedTokens, align: 'right' },
  { title: 'share of the loss', cell: lossShare, align: 'right' },
];

/**
 * What agreed, the optimiser's steps, and the groups with their advantages.
 * @param manifest the run's
 * @param width cells of the terminal
 */
export function replayLines(replay: Replay, manifest: RunTasks, width: number): string[] {
  return [
    `${printable(basename(replay.runDir))}, step ${replay.step}`,
    '',
    ...renderTable(
      checkColumns,
      replay.checks.filter(({ what, values }) => what !== 'redone' || values > 0),
      width,
    ),
    '',
    ...renderTable(updateColumns, replay.updates, width),
    '',
    ...renderTable(completionColumns(manifest), replay.completions, width),
    '',
    replaySentence(replay),
    ...replayNotes(replay),
  ];
}

/** `2`; where a problem was drawn or sampled more than once, `2 (draw 2, round 3)`. */
function sampleName({ key: { sample, occurrence, round } }: ReplayedCompletion): string {
  const more = [...(occurrence > 0 ? [`draw ${occurrence + 1}`] : []), ...(round > 0 ? [`round ${round + 1}`] : [])];
  return more.length === 0 ? String(sample) : `${sample} (${more.join(', ')})`;
}

/** Over all passes. */
function clippedTokens({ trained, tokens }: ReplayedCompletion): string {
  if (!trained) return '';
  const clips = tokens.passes.flatMap((pass) => [...pass.clips]);
  return String(clips.filter((clip) => clip !== CLIPS.none).length);
}

/** In the first pass, of its optimiser step. */
function lossShare({ trained, tokens }: ReplayedCompletion): string {
  if (!trained) return 'not in it';
  return percent((tokens.passes[0]?.shares ?? new Float32Array()).reduce((sum, share) => sum + share, 0));
}

interface TokenRow {
  readonly index: number;
  readonly text: string;
  readonly old: number;
  readonly after: number;
  readonly ratio: number;
  readonly clip: number;
  readonly kl: number;
  readonly share: number;
}

const tokenColumns: readonly Column<TokenRow>[] = [
  { title: 'token', cell: ({ index }) => String(index), align: 'right' },
  { title: 'text', cell: ({ text }) => JSON.stringify(printable(text)), minWidth: 8 },
  { title: 'old', cell: ({ old }) => decimals(old), align: 'right' },
  { title: 'new', cell: ({ after }) => decimals(after), align: 'right' },
  { title: 'ratio', cell: ({ ratio }) => decimals(ratio), align: 'right' },
  { title: 'clipped', cell: ({ clip }) => clipWords(clip) },
  { title: 'KL', cell: ({ kl }) => (Number.isFinite(kl) ? measure(kl) : ''), align: 'right' },
  { title: 'share of the loss', cell: ({ share }) => (Number.isFinite(share) ? percent(share) : ''), align: 'right' },
];

interface TokensAsked {
  /** Whether the tokens of a problem are. */
  readonly isChosen: (problem: number) => boolean;
  /** From 0. */
  readonly pass: number;
  readonly width: number;
}

/** The tokens of a problem's completions. @param manifest the run's */
export function tokenLines(
  { completions, passes }: Replay,
  manifest: RunTasks,
  { isChosen, pass, width }: TokensAsked,
): string[] {
  const own = completions.filter(({ key }) => isChosen(key.problem));
  const [first] = own;
  if (first === undefined) {
    const others = [...new Set(completions.map(({ key }) => problemName(manifest, key.problem)))].join(', ');
    return ['', `The step trained on no completion of that problem, but on those of ${others}.`];
  }
  const name = problemName(manifest, first.key.problem);
  const which = passes > 1 ? ` of pass ${pass + 1} of ${passes}` : '';
  return [
    '',
    `${name.charAt(0).toUpperCase()}${name.slice(1)}: log-probabilities before the step (old) and after it (new); ratio, clipping, KL and share${which}.`,
    ...own.flatMap((completion) => [
      '',
      `Sample ${sampleName(completion)}, advantage ${measure(completion.advantage)}${completion.trained ? '' : ', not in the loss'}`,
      ...renderTable(tokenColumns, tokenRows(completion, pass), width),
    ]),
  ];
}

function tokenRows({ text, tokens }: ReplayedCompletion, pass: number): TokenRow[] {
  const { ends, old, after } = tokens;
  const shown = tokens.passes[pass];
  return Array.from(ends, (end, index) => ({
    index,
    text: text.slice(ends[index - 1] ?? 0, end),
    old: old[index] ?? NaN,
    after: after[index] ?? NaN,
    ratio: shown?.ratios[index] ?? NaN,
    clip: shown?.clips[index] ?? NaN,
    kl: shown?.kl[index] ?? NaN,
    share: shown?.shares[index] ?? NaN,
  }));
}

function decimals(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : '';
}
