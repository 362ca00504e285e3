/** Where a run stands, in words. */
import type { DashboardAction, DashboardStatus, RunPhase } from '../../engine/protocol/panels/dashboard.ts';
import { count, duration, plural } from '../../engine/words/format.ts';

const PHASES: Readonly<Record<RunPhase['phase'], string>> = {
  load: 'loading the model',
  profile: 'measuring pass rates',
  rollout: 'sampling',
  reward: 'scoring',
  train: 'updating',
  eval: 'evaluating',
};

/** `Step 120 of 400, sampling 40 %`. @param steps how many it was asked for */
export function statusText(status: DashboardStatus, steps: number): string {
  const { live, lastStep, crashed } = status;
  const done = lastStep ?? 0;
  const place = `Step ${count(done)} of ${count(steps)}`;
  if (live !== null) return liveText(live, place, done, steps);
  switch (status.status) {
    case 'running':
      return `${place}, running elsewhere`;
    case 'finished':
      return `Finished after ${done < steps ? `${count(done)} of ` : ''}${plural(Math.max(done, steps), 'step')}`;
    case 'stopped':
      return `${crashed ? 'Ended unexpectedly' : 'Stopped'} after step ${count(done)} of ${count(steps)}`;
    case 'failed':
      return `Failed after step ${count(done)} of ${count(steps)}`;
  }
}

function liveText(
  { state, phase }: NonNullable<DashboardStatus['live']>,
  place: string,
  done: number,
  steps: number,
): string {
  switch (state) {
    case 'starting':
      return `${place}, starting`;
    case 'queued':
      return `${place}, waiting for a free core`;
    case 'paused':
      return `${place}, paused`;
    case 'stopping':
      return `${place}, stopping`;
    case 'lost':
      return `${place}, not answering`;
    case 'working': {
      if (phase === null) return `${place}, starting`;
      const share = phase.done > 0 && phase.total > 1 ? ` ${Math.floor((100 * phase.done) / phase.total)} %` : '';
      // The step under way is the one after the last that is done.
      const under =
        phase.phase === 'load' || phase.step <= done ? place : `Step ${count(phase.step)} of ${count(steps)}`;
      return `${under}, ${PHASES[phase.phase]}${share}`;
    }
  }
}

/** What a screen reader is told when it changes: not the steps, which pass many times a second. */
export function announcement({ live, status, crashed }: DashboardStatus): string {
  switch (live?.state ?? status) {
    case 'starting':
    case 'working':
    case 'running':
      return 'The run is training';
    case 'queued':
      return 'The run waits for a free core';
    case 'paused':
      return 'The run is paused';
    case 'stopping':
      return 'The run is stopping';
    case 'lost':
      return 'The run does not answer';
    case 'finished':
      return 'The run has finished';
    case 'stopped':
      return crashed ? 'The run ended unexpectedly' : 'The run has stopped';
    case 'failed':
      return 'The run has failed';
  }
}

/** `3 min 12 s`; empty before the first step. */
export function elapsedText({ seconds }: DashboardStatus): string {
  return seconds === null ? '' : duration(seconds);
}

/** What can be done with the run now, the likeliest first. */
export function actionsFor({ live, status }: DashboardStatus): DashboardAction[] {
  const always: readonly DashboardAction[] = ['openOutputs', 'compare'];
  switch (live?.state) {
    case 'starting':
    case 'queued':
    case 'lost':
      return ['stop', ...always];
    case 'working':
      return ['pause', 'stop', ...always];
    case 'paused':
      return ['continue', 'stop', ...always];
    case 'stopping':
      return [...always];
    case undefined:
      if (status === 'running') return ['stop', ...always];
      return [
        ...(status === 'finished' ? [] : (['resume'] as const)),
        ...always,
        ...(status === 'failed' ? (['showLog'] as const) : []),
      ];
  }
}
