/** What is in a row of the lists. */
import type { CompletionRow, ProblemPlace, ProblemRow } from '../../engine/protocol/panels/outputs.ts';
import type { OutputScope } from '../../engine/protocol/panels/outputsRequests.ts';
import { plural } from '../../engine/words/format.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import { menuContext, trainedAt } from './menuContext.ts';
import { historyStrip } from './historyStrip.ts';
import { snippetLine } from './snippetLine.ts';
import { visibleLine } from './visibleText.ts';
import { decimal, problemName, STOP_REASONS } from './words.ts';

/** How many were solved: the number, on a ground that says it at a glance. */
function solvedBadge(solved: number, samples: number): HTMLElement {
  const share = solved === 0 ? 'none' : solved === samples ? 'all' : 'some';
  return element('span', {
    class: `solved solved-${share}`,
    text: `${solved}/${samples}`,
    attributes: { 'aria-label': `${solved} of ${samples} solved` },
  });
}

/** @param stepShown whether the rows may be of different steps */
export function problemRow(scope: OutputScope, row: ProblemRow, stepShown: boolean): HTMLElement {
  const { problem, place, title, step, samples, solved, putAside, firstSolved, errors, truncated } = row;
  return element(
    'div',
    {
      class: 'row-content',
      attributes: { 'data-vscode-context': menuContext('problem', { scope, problem, ...trainedAt(scope, step) }) },
    },
    element(
      'div',
      { class: 'row-line' },
      solvedBadge(solved, samples),
      element('span', { class: 'row-title', text: visibleLine(title) || problemName(place) }),
    ),
    element(
      'div',
      { class: 'row-line row-facts' },
      // A single bar is no history; the number says the same.
      row.history.length > 1 ? historyStripElement(row) : null,
      taskFact(place),
      element('span', {
        text: firstSolved === null ? 'never solved' : `first solved at step ${firstSolved}`,
      }),
      putAside ? element('span', { text: 'put aside' }) : null,
      warningFact(errors, plural(errors, 'reward error')),
      truncated === 0 ? null : element('span', { text: `${truncated} cut off` }),
      stepShown ? element('span', { class: 'row-step', text: `step ${step}` }) : null,
    ),
  );
}

function historyStripElement({ history, step }: ProblemRow): HTMLElement {
  const holder = element('span', { class: 'history-holder' });
  holder.append(historyStrip(history, step));
  return holder;
}

export function completionRow(scope: OutputScope, row: CompletionRow): HTMLElement {
  const { key, place, snippet, reward, stopReason, errors, length } = row;
  const context = menuContext('completion', { scope, problem: key.problem, key, ...trainedAt(scope, key.step) });
  return element(
    'div',
    { class: 'row-content', attributes: { 'data-vscode-context': context } },
    element(
      'div',
      { class: 'row-line' },
      element('span', {
        class: 'reward-value',
        text: reward === null ? '–' : decimal(reward),
        attributes: { 'aria-label': reward === null ? 'no reward' : `reward ${decimal(reward)}` },
      }),
      element(
        'span',
        { class: 'row-title' },
        ...snippetLine(snippet).map(({ text, match }) => element(match ? 'mark' : 'span', { text })),
      ),
    ),
    element(
      'div',
      { class: 'row-line row-facts' },
      element('span', { text: `problem ${place.row}` }),
      taskFact(place),
      element('span', { text: plural(length, 'token') }),
      stopReason === 'length' ? element('span', { text: STOP_REASONS.length }) : null,
      warningFact(errors, plural(errors, 'reward error')),
      element('span', { class: 'row-step', text: `step ${key.step}` }),
    ),
  );
}

/** Which of several tasks. */
export function taskFact({ task }: ProblemPlace): HTMLElement | null {
  return task === null ? null : element('span', { class: 'task-fact', text: task });
}

function warningFact(count: number, text: string): HTMLElement | null {
  return count === 0 ? null : element('span', { class: 'warning-fact' }, icon('warning'), text);
}
