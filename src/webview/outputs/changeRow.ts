/** A row of the list of groups that another version of the reward changes. */
import type { ChangeRow } from '../../engine/protocol/panels/outputs.ts';
import type { OutputScope } from '../../engine/protocol/panels/outputsRequests.ts';
import { plural } from '../../engine/words/format.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import { menuContext, trainedAt } from './menuContext.ts';
import { visibleLine } from './visibleText.ts';
import { taskFact } from './rows.ts';
import { decimal, problemName } from './words.ts';

export function changeRow(scope: OutputScope, row: ChangeRow): HTMLElement {
  const { problem, place, title, step, samples, changed, flipped, broken } = row;
  return element(
    'div',
    {
      class: 'row-content',
      attributes: { 'data-vscode-context': menuContext('problem', { scope, problem, ...trainedAt(scope, step) }) },
    },
    element(
      'div',
      { class: 'row-line' },
      element('span', {
        class: 'change-value',
        text: `${rewardText(row.before)} → ${rewardText(row.after)}`,
        attributes: { 'aria-label': `mean reward ${rewardText(row.before)}, now ${rewardText(row.after)}` },
      }),
      element('span', { class: 'row-title', text: visibleLine(title) || problemName(place) }),
    ),
    element(
      'div',
      { class: 'row-line row-facts' },
      taskFact(place),
      element('span', { text: `${changed} of ${samples} changed` }),
      flipped === 0 ? null : element('span', { text: plural(flipped, 'sign flips', 'signs flip') }),
      ...fateOf(row).map((text) => element('span', { text })),
      broken === 0 ? null : element('span', { class: 'warning-fact' }, icon('warning'), plural(broken, 'new failure')),
      element('span', { class: 'row-step', text: `step ${step}` }),
    ),
  );
}

/** Of a problem that was drawn once in the step there is one group, which is not counted. */
function fateOf({ died, revived }: ChangeRow): string[] {
  return [
    ...(died === 0 ? [] : [died === 1 ? 'dies' : `${died} groups die`]),
    ...(revived === 0 ? [] : [revived === 1 ? 'comes alive' : `${revived} groups come alive`]),
  ];
}

function rewardText(reward: number | null): string {
  return reward === null ? '–' : decimal(reward);
}
