/** Making adapters: fresh ones, and those that continue from a PEFT folder. */
import { UserError } from '../protocol/errors.ts';
import type { AdapterOptions } from '../protocol/experiment.ts';
import { uniforms } from '../random/keyed.ts';
import type { LinearSpec } from './architecture.ts';
import { loraA, loraB, type AdapterLayout, type AdapterModule } from './lora.ts';
import { loraScaling, type AdapterConfig } from './adapterConfig.ts';
import type { Adapter } from './peft.ts';
import type { TrainableTensor } from './policy.ts';

export interface TrainableAdapter {
  readonly config: AdapterConfig;
  readonly layout: AdapterLayout;
  /** By graph input name. */
  readonly tensors: ReadonlyMap<string, TrainableTensor>;
}

/** An adapter that leaves every logit unchanged: A uniform in +-1/sqrt(in) as in PEFT, B zero. */
export function freshAdapter(
  linears: readonly LinearSpec[],
  lora: AdapterOptions,
  seed: number,
  baseModel: string,
): TrainableAdapter {
  const { rank, alpha, dropout, rankStabilized } = lora;
  const chosen = chooseModules(linears, lora.targets);
  const fanInFanOut = chosen.some(({ layout }) => layout === 'in-out');
  const config: AdapterConfig = {
    ...{ rank, alpha, dropout, rankStabilized, fanInFanOut },
    ...{ targets: null, baseModel, revision: null },
  };
  const modules = chosen.map((spec, index) => {
    const next = uniforms(seed, 'init', [index]);
    const bound = 1 / Math.sqrt(spec.inFeatures);
    const a = new Float32Array(rank * spec.inFeatures);
    // A million numbers for GPT-2: `Float32Array.from` takes several times as long.
    for (let at = 0; at < a.length; at++) a[at] = (2 * next() - 1) * bound;
    return { spec, a, b: new Float32Array(spec.outFeatures * rank) };
  });
  return assemble(config, modules);
}

/** The modules whose last name, or whole name, is among the targets, as PEFT matches them; all linear ones but the head otherwise. */
function chooseModules(linears: readonly LinearSpec[], targets: AdapterOptions['targets']): readonly LinearSpec[] {
  if (targets === 'all-linear') return linears;
  const matches = (module: string, target: string): boolean => module === target || module.endsWith(`.${target}`);
  for (const target of targets)
    if (!linears.some(({ module }) => matches(module, target))) {
      const known = [...new Set(linears.map(({ module }) => module.slice(module.lastIndexOf('.') + 1)))].join(', ');
      throw new UserError(
        `lora.targets: the model has no linear module "${target}". Its modules are: ${known}; or use "all-linear".`,
      );
    }
  return linears.filter(({ module }) => targets.some((target) => matches(module, target)));
}

/**
 * An adapter read from a PEFT folder, its shapes checked against the model; `dropout` is the experiment's, not the file's. Modules stand
 * in the model's order whatever the file's is: sums over them, and their dropout, are the same before and after a run is resumed.
 */
export function trainableAdapter(
  linears: readonly LinearSpec[],
  { config, modules }: Adapter,
  dropout: number,
): TrainableAdapter {
  const known = new Set(linears.map(({ module }) => module));
  for (const module of modules.keys())
    if (!known.has(module))
      throw new UserError(
        `The adapter changes ${module}, which this model does not have: it belongs to another model.`,
      );
  const fitting = linears.flatMap((spec) => {
    const matrices = modules.get(spec.module);
    if (!matrices) return [];
    const { a, b } = matrices;
    if (a.length !== config.rank * spec.inFeatures || b.length !== spec.outFeatures * config.rank)
      throw new UserError(
        `The adapter's matrices of ${spec.module} do not fit this model: it belongs to another model.`,
      );
    return [{ spec, a, b }];
  });
  return assemble({ ...config, dropout }, fitting);
}

/** The adapter as PEFT's format holds it. */
export function peftAdapter({ config, layout, tensors }: TrainableAdapter): Adapter {
  const data = (name: string): Float32Array => tensors.get(name)?.data ?? new Float32Array();
  const modules = Array.from(
    layout.modules.keys(),
    (module) => [module, { a: data(loraA(module)), b: data(loraB(module)) }] as const,
  );
  return { config, modules: new Map(modules) };
}

function assemble(
  config: AdapterConfig,
  matrices: readonly { readonly spec: LinearSpec; readonly a: Float32Array; readonly b: Float32Array }[],
): TrainableAdapter {
  const { rank, dropout } = config;
  const modules = new Map<string, AdapterModule>();
  const tensors = new Map<string, TrainableTensor>();
  for (const { spec, a, b } of matrices) {
    const { module, inFeatures, outFeatures } = spec;
    modules.set(module, { rank, scale: loraScaling(config), inFeatures, outFeatures });
    tensors.set(loraA(module), { shape: [rank, inFeatures], data: a });
    tensors.set(loraB(module), { shape: [outFeatures, rank], data: b });
  }
  return { config, layout: { modules, dropout }, tensors };
}
