/** The outputs panel: problems and what was written for them, at any step of the run. */
import './list.css';
import './group.css';
import './text.css';
import './diff.css';
import './outputs.css';
import type { OutputsRun, ShownRewardDiff, ToOutputs } from '../../engine/protocol/panels/outputs.ts';
import type {
  FromOutputs,
  GroupSelection,
  OutputScope,
  RewardChange,
} from '../../engine/protocol/panels/outputsRequests.ts';
import { element, setText } from '../dom.ts';
import { connect } from '../host.ts';
import { progressBar } from '../ui.ts';
import { DiffBar } from './diffBar.ts';
import { GroupPane } from './groupPane.ts';
import { ListPane, type ListPlace } from './listPane.ts';
import { Requests } from './requests.ts';
import { forRun, INITIAL_STATE, parseState, type OutputsState, type Selected } from './state.ts';
import { StepBar } from './stepBar.ts';
import { indexOfStep, withSteps } from './steps.ts';

/** Milliseconds between two looks at a run that goes on: text that is replaced more often cannot be read. */
const LIVE_MS = 1000;

const host = connect<FromOutputs, ToOutputs, OutputsState>({ initial: INITIAL_STATE, parseState, onMessage: receive });
const requests = new Requests((id, request) => host.post({ type: 'request', id, request }), showFailure);

let run: OutputsRun | null = null;
let diff: ShownRewardDiff | null = null;
let steps: Float64Array = new Float64Array();
/** The person has gone to another step, and the list of it is not there yet. */
let moving = false;
let liveTimer: ReturnType<typeof setTimeout> | null = null;

const stepBar = new StepBar({
  onScope: (scope) => {
    moving = true;
    steps = new Float64Array();
    change({ scope, step: null, among: null, change: null, selected: null, reading: false });
    askSteps();
  },
  onStep: (step) => {
    moving = true;
    const { selected } = host.state;
    change({ step, among: null, change: null, selected: selected && { ...selected, step: null, sample: null } });
  },
});
const list = new ListPane(host.state, requests, { onChange: changeList, onSelect: select, onLoaded: selectSome });
const group = new GroupPane(host.state, requests, {
  onChange: change,
  onBack: () => {
    change({ reading: false });
    list.focus();
  },
  post: (message) => host.post(message),
});
const diffBar = new DiffBar({
  onList: (changed) => changeList({ change: changed }),
  onSource: () => host.post({ type: 'openSourceDiff' }),
  onPin: () => host.post({ type: 'pinDisagreements' }),
  onAgain: () => host.post({ type: 'compareAgain' }),
  onClear: () => host.post({ type: 'clearRewardDiff' }),
});
const progress = progressBar('Reading the run');
const notice = element('p', { class: 'notice', attributes: { role: 'status' } });
const panes = element('div', { class: 'panes' }, list.element, group.element);
const root = document.getElementById('root') ?? document.body;
root.classList.add('outputs');
const heading = element('h1', { class: 'visually-hidden', text: 'Outputs' });
root.append(heading, progress.element, stepBar.element, notice, diffBar.element, panes);
showNotice('');
panes.hidden = true;
stepBar.element.hidden = true;
progress.setShown(true);

function receive(message: ToOutputs): void {
  switch (message.type) {
    case 'run':
      takeRun(message.run);
      return;
    case 'reply':
      showFailure('');
      requests.settle(message.id, { reply: message.reply });
      return;
    case 'failure':
      progress.setShown(false);
      if (message.id === null) showFailure(message.message);
      else requests.settle(message.id, { failure: message.message });
      return;
    case 'rescoring':
      group.setRescoring(message.rescoring);
      return;
    case 'rewardDiff':
      takeDiff(message.diff, message.list);
      return;
    case 'replay':
      group.setReplay(message.replay);
      // Whoever has just asked for it wants to see it.
      if (message.isNew && message.replay !== null && host.state.heat === 'none') change({ heat: 'lossShare' });
      else render(false);
      return;
    case 'select':
      showAlone(message.selection);
      return;
    case 'reveal': {
      const { scope, problem, step } = message.group;
      const other = JSON.stringify(scope) !== JSON.stringify(host.state.scope);
      if (other) steps = new Float64Array();
      change({
        scope,
        step,
        list: 'problems',
        among: null,
        change: null,
        selected: { chosen: true, problem, step: null, sample: null },
        reading: true,
      });
      if (other) askSteps();
    }
  }
}

/** Lists some groups, and shows the first of them. */
function showAlone({ scope, title, groups }: GroupSelection): void {
  const [first] = groups;
  if (first === undefined) return;
  const other = JSON.stringify(scope) !== JSON.stringify(host.state.scope);
  if (other) steps = new Float64Array();
  change({
    ...{ scope, step: first.step, list: 'problems', among: { title, groups }, change: null },
    selected: { chosen: true, ...first, sample: null },
    reading: false,
  });
  if (other) askSteps();
}

/** @param asked somebody has asked for it: what changes is listed at once */
function takeDiff(next: ShownRewardDiff | null, asked: boolean): void {
  diff = next;
  list.setDiff(diff);
  // While it is compared anew, the list of before stays.
  const over = diff === null || diff.state === 'failed' || diff.state === 'kept';
  if (asked) changeList({ change: 'changed' });
  else if (over && host.state.change !== null) change({ change: null });
  else render(false);
}

/** What changes is of one scope, whatever the panel shows, and its groups are read from the first. */
function changeList(changes: Partial<OutputsState>): void {
  const { change: listed = null } = changes;
  if (listed === null || diff?.state !== 'done') {
    change(changes);
    return;
  }
  showChanges(listed, diff.scope);
}

function showChanges(listed: RewardChange, scope: OutputScope): void {
  const other = JSON.stringify(scope) !== JSON.stringify(host.state.scope);
  if (other) steps = new Float64Array();
  change({
    ...(other ? { scope, step: null } : {}),
    ...{ list: 'problems', among: null, change: listed, selected: null, reading: false },
  });
  if (other) askSteps();
}

function takeRun(next: OutputsRun | null): void {
  const before = run;
  run = next;
  progress.setShown(false);
  if (next?.id !== host.state.run) {
    requests.reset();
    steps = new Float64Array();
    host.setState(forRun(host.state, next?.id ?? null));
  }
  const [first] = next?.scopes ?? [];
  if (next === null || first === undefined) {
    panes.hidden = true;
    stepBar.element.hidden = true;
    showNotice(
      next === null
        ? 'No run is selected. Start one, or choose one in the Runs view.'
        : next.status === 'running'
          ? 'The first step has not ended yet. What the model writes appears here.'
          : 'Nothing was written in this run.',
    );
    return;
  }
  showNotice('');
  panes.hidden = false;
  stepBar.element.hidden = false;
  const { scope } = host.state;
  const known = next.scopes.find((choice) => JSON.stringify(choice) === JSON.stringify(scope)) ?? first;
  if (JSON.stringify(known) !== JSON.stringify(scope)) {
    steps = new Float64Array();
    host.setState({ ...host.state, scope: known, step: null, selected: null });
  }
  stepBar.setScopes(next.scopes, known);
  list.setTasks(next.tasks);
  // The experiment of a run does not change, but what was kept may be of another.
  if (host.state.task !== null && !next.tasks.includes(host.state.task)) host.setState({ ...host.state, task: null });
  const begins = before?.id !== next.id || steps.length === 0;
  if (begins) askSteps();
  else liveTimer ??= setTimeout(() => askSteps(), LIVE_MS);
}

/** Learns of the steps that are new, and reads again what may have changed with them. */
function askSteps(): void {
  if (liveTimer !== null) clearTimeout(liveTimer);
  liveTimer = null;
  const { scope } = host.state;
  const lastStep = run?.lastStep ?? null;
  if (scope === null || lastStep === null) return;
  steps = withSteps(steps, new Float64Array(), lastStep);
  const after = steps.at(-1) ?? -1;
  requests.ask<'steps'>('steps', { kind: 'steps', scope, after }, (reply) => {
    steps = withSteps(steps, reply.steps, lastStep);
    // Even where there is no new step: an evaluation may have been added to the newest.
    render(host.state.step === null);
  });
}

function place(): ListPlace | null {
  const { scope, step } = host.state;
  const at = step === null ? steps.at(-1) : steps[indexOfStep(steps, step)];
  return scope === null || at === undefined ? null : { scope, step: at };
}

function change(changes: Partial<OutputsState>): void {
  host.setState({ ...host.state, ...changes });
  render(false);
}

/** @param again the run has gone on: what follows the newest step is read again */
function render(again: boolean): void {
  if (run === null) return;
  const at = place();
  panes.classList.toggle('panes-reading', host.state.reading);
  stepBar.setStep(steps, host.state.step);
  diffBar.show(diff, host.state.list === 'problems' ? host.state.change : null);
  list.show(host.state, at, again);
  group.show(host.state, run, at, again);
}

function select(selected: Selected, open: boolean): void {
  change({ selected, reading: open || host.state.reading });
  if (open && isNarrow()) group.focus();
}

/** Shows the first problem of a list where nothing is chosen, or where the slider has left what was. */
function selectSome(): void {
  const { selected, list: kind, upTo } = host.state;
  const first = list.first();
  if (first === null) return;
  // Whoever reads what they chose goes on reading while the run goes on, until they go to another step themselves.
  const gone =
    kind === 'problems' &&
    !upTo.problems &&
    selected !== null &&
    (moving || !selected.chosen) &&
    selected.step === null &&
    !list.has(selected);
  moving = false;
  if (selected === null || gone) change({ selected: first });
}

/** The same width as in the style sheet. */
function isNarrow(): boolean {
  return window.matchMedia('(max-width: 699px)').matches;
}

function showNotice(words: string): void {
  notice.classList.remove('notice-failed');
  notice.hidden = words === '';
  setText(notice, words);
}

function showFailure(message: string): void {
  if (message === '' && !notice.classList.contains('notice-failed')) return;
  showNotice(message);
  notice.classList.toggle('notice-failed', message !== '');
}
