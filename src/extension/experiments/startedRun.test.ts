import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent, EvaluationSummary } from '../../engine/protocol/events.ts';
import { Emitter } from '../common/event.ts';
import { deferred } from '../engine/deferred.ts';
import type { EngineEnd, EngineHandle, PhaseEvent } from '../engine/engineHandle.ts';
import { followEngine, type StartedRun } from './startedRun.ts';

const accuracy = { value: 0.5, low: 0.4, high: 0.6 };
const evaluation = (step: number): EvaluationSummary => ({
  step,
  split: 'validation',
  problems: 10,
  samples: 1,
  correct: 5,
  accuracy,
});
const phaseOf = (step: number, phase: PhaseEvent['phase']): PhaseEvent => ({
  event: 'phase',
  step,
  phase,
  done: 0,
  total: 1,
});

interface Followed {
  readonly run: StartedRun;
  readonly events: EngineEvent[];
  /** What the run's folder holds. */
  readonly evaluations: EvaluationSummary[];
  /** Changes the engine and tells of it. */
  readonly change: (changes: Partial<Pick<EngineHandle, 'runDir' | 'phase' | 'lastStep' | 'warnings'>>) => void;
  readonly end: (end: Partial<EngineEnd>) => void;
  readonly stops: () => number;
}

function follow(): Followed {
  const changed = new Emitter<EngineHandle>();
  const ended = deferred<EngineEnd>();
  const evaluations: EvaluationSummary[] = [];
  let stops = 0;
  const handle: EngineHandle = {
    id: '1',
    job: { kind: 'train', experimentPath: '/w/a.rlvr.json', overrides: [], runsDir: '/w/.rlvr/runs' },
    state: { state: 'working' },
    runDir: null,
    phase: null,
    lastStep: null,
    warnings: [],
    outputFile: '/tmp/output',
    onDidChange: changed.event,
    ended: ended.promise,
    stop: () => Promise.resolve(void (stops += 1)),
    pause: () => {},
    continue: () => {},
    swapRewards: () => Promise.reject(new Error('nobody asks')),
  };
  const call = (name: string): Promise<never> => {
    const answers: Readonly<Record<string, unknown>> = {
      evaluations: [...evaluations],
      dashboardOutcome: ['It learned.'],
    };
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the type of an answer hangs on the name
    return Promise.resolve(answers[name] as never);
  };
  const run = followEngine(handle, { call }, 300);
  const events: EngineEvent[] = [];
  run.onEvent((event) => events.push(event));
  return {
    run,
    events,
    evaluations,
    change: (changes) => {
      Object.assign(handle, changes);
      changed.fire(handle);
    },
    end: (end) =>
      ended.resolve({ outcome: 'finished', message: null, resumable: false, crashed: false, unseen: false, ...end }),
    stops: () => stops,
  };
}

const names = (events: readonly EngineEvent[]): string[] => events.map(({ event }) => event);

test('what an engine is seen to do becomes events, each once', async () => {
  const { run, events, evaluations, change, end } = follow();
  change({});
  assert.equal(events.length, 0);
  change({ runDir: '/w/.rlvr/runs/r1', phase: phaseOf(0, 'eval'), warnings: ['no GPU'] });
  assert.deepEqual(names(events), ['started', 'warning', 'phase']);
  assert.deepEqual(events[0], { event: 'started', runDir: '/w/.rlvr/runs/r1', id: 'r1', steps: 300 });

  evaluations.push(evaluation(0));
  change({ phase: phaseOf(1, 'rollout') });
  change({ lastStep: { step: 1, metrics: { reward: 0.25 } }, phase: phaseOf(2, 'rollout') });
  change({ warnings: ['no GPU', 'slow'] });
  evaluations.push(evaluation(1));
  end({ outcome: 'finished' });
  const { exitCode, lines } = await run.ended;
  assert.equal(exitCode, 0);
  assert.deepEqual(lines, ['It learned.', 'Run  /w/.rlvr/runs/r1']);
  const told = events.filter(({ event }) => event !== 'phase');
  assert.deepEqual(names(told).sort(), ['eval', 'eval', 'started', 'step', 'warning', 'warning']);
  assert.deepEqual(
    told.flatMap((event) => (event.event === 'eval' ? [event.step] : [])),
    [0, 1],
  );
});

test('exit codes are those of the command line, and the last lines say what to do', async () => {
  const stopped = follow();
  stopped.change({ runDir: '/w/r1', lastStep: { step: 4, metrics: {} } });
  stopped.run.stop();
  assert.equal(stopped.stops(), 1);
  stopped.end({ outcome: 'stopped', resumable: true });
  const { exitCode, lines } = await stopped.run.ended;
  assert.equal(exitCode, 130);
  assert.deepEqual(lines, ['Stopped.', 'It resumes from its last complete step: the Runs view, Resume.', 'Run  /w/r1']);

  const failed = follow();
  failed.end({ outcome: 'failed', message: '/w/a.rlvr.json:3:1  model: is required' });
  assert.deepEqual(await failed.run.ended, { exitCode: 1, lines: ['/w/a.rlvr.json:3:1  model: is required'] });
});
