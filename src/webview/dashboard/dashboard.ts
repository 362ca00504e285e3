/** The Dashboard: the curves of the selected run while it trains, and after. */
import './dashboard.css';
import type { FromDashboard, ToDashboard } from '../../engine/protocol/panels/dashboard.ts';
import { element } from '../dom.ts';
import { connect } from '../host.ts';
import { button } from '../ui.ts';
import { RunView } from './runView.ts';
import { INITIAL_STATE, parseState, type DashboardState } from './state.ts';

const root = document.getElementById('root') ?? document.body.appendChild(element('main'));
let view: RunView | null = null;

const host = connect<FromDashboard, ToDashboard, DashboardState>({
  initial: INITIAL_STATE,
  parseState,
  onMessage: (message) => {
    switch (message.type) {
      case 'empty':
        showInstead(emptyPage());
        return;
      case 'unreadable':
        showInstead(element('div', { class: 'empty' }, element('p', { text: message.message })));
        return;
      case 'run':
        // The run again, from the beginning: the page stays, and with it what has the focus.
        if (view?.runDir !== message.run.dir) {
          view?.dispose();
          view = new RunView(host, message.run);
          root.replaceChildren(view.element);
        }
        view.receive(message);
        return;
      default:
        view?.receive(message);
    }
  },
});

function showInstead(page: HTMLElement): void {
  view?.dispose();
  view = null;
  root.replaceChildren(page);
}

function emptyPage(): HTMLElement {
  const tryDemo = button({
    label: 'Try the Built-in Demo',
    appearance: 'primary',
    onClick: () => host.post({ type: 'action', action: 'tryDemo' }),
  });
  const create = button({
    label: 'New Experiment…',
    onClick: () => host.post({ type: 'action', action: 'newExperiment' }),
  });
  return element(
    'div',
    { class: 'empty' },
    element('h1', { text: 'No run is selected' }),
    element('p', {
      class: 'quiet',
      text: 'Select one in the Runs view, or start one. The demo trains a tiny model on this machine.',
    }),
    element('div', { class: 'toolbar' }, tryDemo.element, create.element),
  );
}
