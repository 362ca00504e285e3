/** The compare panel: up to ten runs, what differs between them, and whether it made a difference. */
import './compare.css';
import type { FromComparePanel, ToComparePanel } from '../../engine/protocol/panels/compare.ts';
import { element } from '../dom.ts';
import { connect } from '../host.ts';
import { icon } from '../icons.ts';
import { progressBar } from '../ui.ts';
import { Closer } from './closer.ts';
import { Curves, metricsNeeded } from './curves.ts';
import { CompareModel } from './model.ts';
import { keepScrolled } from './keepScrolled.ts';
import { Parameters } from './parameters.ts';
import type { ShownPair } from './problemList.ts';
import { Published } from './published.ts';
import { Recipes } from './recipes/recipes.ts';
import { RunsTable } from './runsTable.ts';
import { INITIAL_STATE, parseState, type CompareState } from './state.ts';
import { Verdicts } from './verdicts.ts';

const model = new CompareModel();
const host = connect<FromComparePanel, ToComparePanel, CompareState>({
  initial: INITIAL_STATE,
  parseState,
  onMessage: receive,
});

const progress = progressBar('Reading runs');
const failure = element('p', { class: 'note', hidden: true, attributes: { role: 'alert' } });
const table = new RunsTable({
  onAdd: () => host.post({ type: 'addRuns' }),
  onRemove: (run) => host.post({ type: 'removeRun', run }),
  onBaseline: (run) => host.post({ type: 'setBaseline', run }),
});
const recipes = new Recipes({
  onLookCloser: (runs, baseline) => host.post({ type: 'lookCloser', runs: [...runs], baseline: [...baseline] }),
});
const verdicts = new Verdicts(host.state.measure, (measure) => change({ measure }));
const curves = new Curves(host.state, change);
const parameters = new Parameters();
const published = new Published();
const closer = new Closer(host.state.cell, {
  onCloser: (run) => change({ closer: run }),
  onDiff: (diff, a, b) => host.post({ type: 'diff', diff, a, b }),
  onCompareRewards: (a, b) => host.post({ type: 'compareRewards', a, b }),
  onProblems: ({ a, measure }, problems) =>
    host.post({ type: 'problems', run: a.dir, split: measure.split, problems: [...problems] }),
  onOpen: openOutputs,
  onCell: (cell) => change({ cell }),
});

const root = document.getElementById('root') ?? document.body;
root.append(
  progress.element,
  element('h1', { class: 'visually-hidden', text: 'Compare runs' }),
  failure,
  recipes.element,
  table.element,
  verdicts.element,
  curves.element,
  parameters.element,
  closer.element,
  published.element,
);
keepScrolled({ at: host.state.scroll, onScroll: (scroll) => host.setState({ ...host.state, scroll }) });
progress.setShown(true);
render();
askForCurves();

function receive(message: ToComparePanel): void {
  switch (message.type) {
    case 'overview':
      progress.setShown(false);
      failure.hidden = true;
      model.setOverview(message.overview);
      render();
      return;
    case 'recipes':
      model.setRecipeTable(message.table);
      recipes.render(model);
      return;
    case 'results':
      model.setResults(message.of, message.results);
      renderResults();
      return;
    case 'curves':
      model.setProgress(message.progress);
      model.setCurves(message.curves);
      table.render(model, host.state.measure);
      curves.render(model, host.state);
      return;
    case 'problems':
      closer.setTexts(message.run, message.split, message.problems);
      return;
    case 'failed':
      progress.setShown(false);
      failure.hidden = false;
      failure.replaceChildren(icon('error'), element('span', { text: message.message }));
  }
}

function change(changes: Partial<CompareState>): void {
  const wanted = metricsNeeded(host.state).join();
  host.setState({ ...host.state, ...changes });
  if (metricsNeeded(host.state).join() !== wanted) askForCurves();
  render();
}

function render(): void {
  recipes.render(model);
  renderResults();
  curves.render(model, host.state);
  parameters.render(model);
  published.render(model);
}

/** What depends on who solved what. */
function renderResults(): void {
  const { measure, closer: run } = host.state;
  table.render(model, measure);
  verdicts.render(model, measure);
  closer.render(model, measure, run);
}

function askForCurves(): void {
  host.post({ type: 'metrics', metrics: metricsNeeded(host.state) });
}

function openOutputs({ a, b, measure }: ShownPair, problem: number): void {
  const { split, steps } = measure;
  const sides = { a: { run: a.dir, step: steps.a }, b: { run: b.dir, step: steps.b } };
  host.post({ type: 'openOutputs', split, problem, ...sides });
}
