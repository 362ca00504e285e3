/** Reverse-mode differentiation: the gradient of a scalar with respect to any values, as more nodes of the same graph. */
import type { Composite, Graph, Node, Segment, Value } from './graph.ts';
import { gradientRules } from './gradientRules.ts';
import { add } from './operations.ts';
import { Recomputation } from './recomputation.ts';
import { formatShape } from './shape.ts';

export interface GradientOptions {
  /** Computes the inner values of each segment a second time when its gradient needs them: less memory for more time. */
  readonly recompute?: boolean;
}

/**
 * d loss / d target for each target, with the target's shape. A target that the loss does not depend on is an error, as is an
 * operation without a rule on the way; the way ends at `stopGradient`, casts and comparisons.
 */
export function gradients(
  loss: Value,
  targets: readonly Value[],
  { recompute = false }: GradientOptions = {},
): Value[] {
  if (loss.shape.length !== 0) throw new Error(`a loss is a scalar, not ${formatShape(loss.shape)}`);
  const { graph } = loss;
  const wanted = dependents(targets);
  const gradientOf = new Map<Value, Value>([[loss, graph.scalar(1)]]);
  const accumulate = (inputs: readonly (Value | null)[], contributions: readonly (Value | null)[]): void => {
    for (const [index, input] of inputs.entries()) {
      const contribution = contributions[index];
      if (!input || !contribution || !wanted.has(input)) continue;
      const sum = gradientOf.get(input);
      gradientOf.set(input, sum ? add(sum, contribution) : contribution);
    }
  };
  const done = new Set<Composite>();
  const pass = (node: Node): void => {
    const composite = graph.composites.get(node);
    if (composite) {
      // Its last node comes first here, when the gradients of all its outputs are complete.
      checkDeclared(node, composite, graph, wanted);
      if (!done.has(composite)) accumulate(composite.inputs, compositeGradients(composite, gradientOf, wanted));
      done.add(composite);
      return;
    }
    const [output] = node.outputs;
    const gradient = output && gradientOf.get(output);
    if (output && gradient && wanted.has(output)) accumulate(node.inputs, nodeGradients(node, gradient, wanted));
  };
  const readers = new SegmentReaders(recompute ? graph.segments : [], gradientOf);
  for (const node of graph.nodes.toReversed()) graph.reading(readers.of(node), () => pass(node));
  return targets.map((target) => {
    const gradient = gradientOf.get(target);
    if (!gradient) throw new Error(`the loss does not depend on ${target.name}`);
    return gradient;
  });
}

/** How the gradient of a node reads the values of the forward pass. */
class SegmentReaders {
  readonly #segmentOf: ReadonlyMap<Node, Segment>;
  readonly #readers = new Map<Segment, (value: Value) => Value>();
  readonly #gradientOf: ReadonlyMap<Value, Value>;

  constructor(segments: readonly Segment[], gradientOf: ReadonlyMap<Value, Value>) {
    this.#segmentOf = new Map(segments.flatMap((segment) => Array.from(segment.nodes, (node) => [node, segment])));
    this.#gradientOf = gradientOf;
  }

  /** To be asked from the last node to the first: the gradient of a segment's output is complete when its last node is reached. */
  of(node: Node): (value: Value) => Value {
    const segment = this.#segmentOf.get(node);
    const gradient = segment && this.#gradientOf.get(segment.output);
    if (!segment || !gradient) return asItIs;
    const reader = this.#readers.get(segment) ?? new Recomputation(segment, gradient).readAs;
    this.#readers.set(segment, reader);
    return reader;
  }
}

const asItIs = (value: Value): Value => value;

function nodeGradients(node: Node, gradient: Value, wanted: ReadonlySet<Value>): readonly (Value | null)[] {
  const rule = gradientRules[node.type];
  if (!rule) throw new Error(`${node.type} has no gradient rule, and the loss depends on a target through it`);
  return rule({
    node,
    gradient,
    input: (index) => present(node.inputs[index], node.type, 'input', index),
    output: (index) => present(node.outputs[index], node.type, 'output', index),
    needs: (index) => {
      const input = node.inputs[index];
      return input !== null && input !== undefined && wanted.has(input);
    },
  });
}

function compositeGradients(
  composite: Composite,
  gradientOf: ReadonlyMap<Value, Value>,
  wanted: ReadonlySet<Value>,
): readonly (Value | null)[] {
  const gradients = composite.outputs.map((output) => gradientOf.get(output) ?? null);
  if (gradients.every((gradient) => gradient === null)) return [];
  return composite.rule(gradients, (index) => {
    const input = composite.inputs[index];
    return input !== undefined && wanted.has(input);
  });
}

/** A composite that reads more than it declares would lose a gradient without a word. */
function checkDeclared(node: Node, composite: Composite, graph: Graph, wanted: ReadonlySet<Value>): void {
  for (const input of node.inputs) {
    if (!input || !wanted.has(input) || composite.inputs.includes(input)) continue;
    if (!input.node || graph.composites.get(input.node) !== composite)
      throw new Error(`a composite operation uses ${input.name} in its ${node.type} without declaring it as an input`);
  }
}

/** The targets and everything computed from them; what follows from their shapes alone, such as a random mask, has no gradient. */
function dependents(targets: readonly Value[]): Set<Value> {
  const found = new Set(targets);
  const [first] = targets;
  for (const node of first?.graph.nodes ?? []) {
    if (node.type !== 'Shape' && node.inputs.some((input) => input !== null && found.has(input)))
      for (const output of node.outputs) found.add(output);
  }
  return found;
}

function present(value: Value | null | undefined, type: string, kind: string, index: number): Value {
  if (!value) throw new Error(`${type}: ${kind} ${index} is missing`);
  return value;
}
