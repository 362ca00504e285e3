/**
 * Values of a segment computed a second time, from the segment's input, so that they need not be kept from the forward pass until the
 * gradient reads them (gradient checkpointing, arXiv:1604.06174). The same operations on the same numbers give the same bytes.
 */
import type { Node, Segment, Value } from './graph.ts';
import { after } from './operations/order.ts';
import { sameShape, ShapeError } from './shape.ts';

export class Recomputation {
  readonly #again = new Map<Value, Value>();
  /** Nodes of the segment whose values follow from its input; the others, such as an attention mask, are the same for many segments and kept. */
  readonly #following: ReadonlySet<Node>;

  /**
   * @param gradient of the segment's output: the way back has come to the segment when it is there, and nothing is computed anew before
   */
  constructor({ input, nodes }: Segment, gradient: Value) {
    if (!sameShape(input.shape, gradient.shape))
      throw new ShapeError('recomputation', 'input and output of a segment differ', input.shape, gradient.shape);
    this.#following = following(input, nodes);
    this.#again.set(input, after(input, gradient));
  }

  /** What a gradient of the segment reads in place of a value: the same, or its second computation, which is added when first asked for. */
  readonly readAs = (value: Value): Value => {
    const known = this.#again.get(value);
    if (known) return known;
    const { node, graph } = value;
    if (!node || !this.#following.has(node)) return value;
    const outputs = graph.node(node.type, node.inputs, node.outputs, node.attributes, node.domain);
    for (const [index, output] of node.outputs.entries()) this.#again.set(output, outputs[index] ?? output);
    return this.#again.get(value) ?? value;
  };
}

function following(input: Value, nodes: ReadonlySet<Node>): Set<Node> {
  const values = new Set([input]);
  const found = new Set<Node>();
  for (const node of nodes) {
    if (!node.inputs.some((one) => one !== null && values.has(one))) continue;
    found.add(node);
    for (const output of node.outputs) values.add(output);
  }
  return found;
}
