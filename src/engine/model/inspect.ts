/** What an architecture consists of, found by tracing its forward pass: its parameters and its linear modules. */
import { Graph } from '../onnx/graph.ts';
import type { Architecture, LinearSpec } from './architecture.ts';
import { sequenceForward } from './forward.ts';
import { headOf } from './head.ts';
import { fedParameters } from './parameters.ts';

export interface ModelContents {
  /** Shapes by parameter name, in the order of use. */
  readonly parameters: ReadonlyMap<string, readonly number[]>;
  readonly linears: readonly LinearSpec[];
}

export function inspectArchitecture(architecture: Architecture): ModelContents {
  const graph = new Graph();
  const parameters = new Map<string, readonly number[]>();
  const linears: LinearSpec[] = [];
  const fed = fedParameters();
  const recording: Architecture = {
    ...architecture,
    forward: (context) =>
      architecture.forward({
        ...context,
        linear: (x, spec) => {
          linears.push(spec);
          return context.linear(x, spec);
        },
      }),
  };
  const source: typeof fed = (target, name, shape) => {
    parameters.set(name, shape);
    return fed(target, name, shape);
  };
  sequenceForward(
    { graph, architecture: recording, parameters: source, adapter: null },
    graph.input('tokens', 'int64', ['rows', 'time']),
  );
  headOf(architecture, { parameter: (name, shape) => source(graph, name, shape) });
  return { parameters, linears };
}
