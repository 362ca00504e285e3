import assert from 'node:assert/strict';
import { normalize as native } from 'node:path';
import { test } from 'node:test';
import { OpenedRuns } from './openedRuns.ts';

/** What a user has, and a window of theirs with these folders. */
function window(folders: readonly string[], otherRoots: readonly string[] = []): OpenedRuns {
  return new OpenedRuns({ openedRuns: [], outsideRoots: [], otherRoots }, () => folders);
}

const ELSEWHERE = native('/colleague/.rlvr/runs/1');

test("code of the window's folders may be run, that of a run which was only opened may not", () => {
  const opened = window([native('/project')]);
  assert.ok(opened.open(ELSEWHERE) && !opened.open(ELSEWHERE));
  assert.deepEqual(opened.places(), { runsDirs: [native('/project/.rlvr/runs')], runDirs: [ELSEWHERE] });
  assert.ok(opened.isOpened(ELSEWHERE) && opened.isOurs(ELSEWHERE));
  assert.ok(!opened.isFromHere(ELSEWHERE));
  assert.ok(
    opened.isFromHere(native('/project/.rlvr/runs/1')) && opened.isFromHere(native('/project/deeper/one.rlvr.json')),
  );
  assert.ok(!opened.isFromHere(native('/project-of-another/.rlvr/runs/1')));
  opened.forget(ELSEWHERE);
  assert.ok(!opened.isOpened(ELSEWHERE) && !opened.isOurs(ELSEWHERE));
});

test('a run of a folder that is shown needs no opening', () => {
  const opened = window([native('/project')]);
  opened.open(native('/project/.rlvr/runs/1'));
  assert.ok(!opened.isOpened(native('/project/.rlvr/runs/1')));
  assert.deepEqual(opened.places().runDirs, []);
});

test('what was started outside the folders is followed, and nothing else that lies there', () => {
  const opened = window([native('/project')], [native('/elsewhere/of/no-folder')]);
  opened.remember(native('/home/one.rlvr.json'));
  opened.remember(native('/project/one.rlvr.json'));
  assert.ok(opened.isFromHere(native('/home/one.rlvr.json')) && opened.isFromHere(native('/home/.rlvr/runs/1')));
  assert.ok(!opened.isFromHere(native('/home/downloads/.rlvr/runs/1')), 'not all that lies below it');
  assert.ok(!opened.isOurs(native('/elsewhere/of/no-folder/one.rlvr.json')), 'of windows without a folder');
  assert.deepEqual(opened.places().runsDirs, [native('/project/.rlvr/runs')]);
});

test('without a folder the window shows what was started without one, of late', () => {
  const opened = window([]);
  for (let index = 0; index < 12; index++) opened.remember(native(`/${index}/one.rlvr.json`));
  const { runsDirs } = opened.places();
  assert.deepEqual(
    [runsDirs.length, runsDirs[0], runsDirs.at(-1)],
    [10, native('/11/.rlvr/runs'), native('/2/.rlvr/runs')],
  );
  assert.ok(opened.isOurs(native('/11/.rlvr/runs/1')) && !opened.isOpened(native('/11/.rlvr/runs/1')));
});
