import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floats, ints, numbers, withSession } from '../../../../test/support/onnx.ts';
import { gradients } from '../gradients.ts';
import { Graph, type Value } from '../graph.ts';
import { add, cast, lessOrEqual, loop, mul, reduceMax, reshape, sumAll } from '../operations.ts';
import { ShapeError } from '../shape.ts';

/** x to x * factor + pass, as often as asked for, with x after each pass kept; to the last of those in which all of x are below a limit. */
async function run(passes: number, limit: number) {
  const graph = new Graph();
  const most = graph.input('most', 'int64', []);
  const x = graph.input('x', 'float32', ['rows', 2]);
  const factor = graph.input('factor', 'float32', [2]);
  const { carried, kept } = loop(most, 'passes', [x], (pass, [before]) => {
    assert.ok(before);
    const after = add(mul(before, factor), cast(pass, 'float32'));
    return { carried: [after], kept: { after }, goesOn: lessOrEqual(reduceMax(after, [0, 1]), limit) };
  });
  const [last, all] = [carried[0] ?? assert.fail(), kept['after'] ?? assert.fail()];
  assert.deepEqual([last.shape, all.shape], [x.shape, ['passes', 'rows', 2]]);
  const feeds = { most: ints([], [passes]), x: floats([1, 2], [1, 2]), factor: floats([2], [2, 3]) };
  // What follows on a loop reads what it made.
  const outputs = { last: mul(last, 1), all };
  const result = await withSession(graph, outputs, (session) => session.run(feeds, ['last', 'all']));
  return { last: numbers(result.last), all: numbers(result.all), dims: result.all.dims };
}

test('a loop carries values from pass to pass, reads what is around it, and keeps what each pass made', async () => {
  assert.deepEqual(await run(3, Infinity), { last: [12, 59], all: [2, 6, 5, 19, 12, 59], dims: [3, 1, 2] });
  assert.deepEqual(await run(1, Infinity), { last: [2, 6], all: [2, 6], dims: [1, 1, 2] });
});

test('a pass may say that it was the last', async () => {
  assert.deepEqual(await run(3, 18), { last: [5, 19], all: [2, 6, 5, 19], dims: [2, 1, 2] });
});

test('what a loop carries keeps its type', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [2]);
  const looped = (next: (before: Value) => Value) =>
    loop(graph.scalar(2, 'int64'), 'passes', [x], (_, [before]) => ({
      carried: before ? [next(before)] : [],
      kept: {},
      goesOn: null,
    }));
  assert.throws(() => looped((before) => reshape(before, [2, 1])), ShapeError);
  assert.throws(() => looped((before) => cast(before, 'int64')), ShapeError);
  const { carried } = looped((before) => mul(before, 2));
  assert.throws(() => gradients(sumAll(carried[0] ?? assert.fail()), [x]), /Loop has no gradient rule/);
});
