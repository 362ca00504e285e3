/** What is known of a model before its weights are fetched, in sentences. */
import type { FoundModel, ModelDescription } from '../../protocol/modelDescription.ts';
import { bytes, count, percent } from '../../words/format.ts';

/** A line for each thing that a person decides by. */
export function modelLines(model: ModelDescription): string[] {
  const { memory, parameters, missingBytes } = model;
  return [
    `Architecture ${model.architecture}, ${parametersText(parameters)}, context of ${count(model.contextLength)} tokens, stored as ${model.dtypes.join(', ')}.`,
    `Licence: ${model.licence ?? 'its page names none'}${model.isGated ? '; gated, so only for those whom its owner has let in' : ''}.`,
    `Download: ${downloadSize(missingBytes, model.bytes)}.`,
    `Memory to train it, by forecast: about ${bytes(memory.lora.float32)} with LoRA${inFewBits(memory.lora)}, ${bytes(memory.full)} with all its weights; and ${bytes(memory.row)} for each row that is sampled at once.`,
  ];
}

/** Nothing of a model that is so small that it makes no difference. */
function inFewBits({ float32, int4 }: ModelDescription['memory']['lora']): string {
  return bytes(int4) === bytes(float32) ? '' : ` (${bytes(int4)} on a base in 4 bits)`;
}

function downloadSize(missing: number, all: number): string {
  if (missing === 0) return `nothing, all ${bytes(all)} are here`;
  return missing === all ? bytes(all) : `${bytes(missing)}; the other ${bytes(all - missing)} are here`;
}

/** `494.0 million parameters`; exact where there are few. */
export function parametersText(parameters: number): string {
  const [size, name] = parameters >= 1e9 ? [1e9, ' billion'] : parameters >= 1e6 ? [1e6, ' million'] : [1, ''];
  return `${size === 1 ? count(parameters) : (parameters / size).toFixed(1)}${name} parameters`;
}

/** What a list of found models says beside the name. */
export function foundModelText({ parameters, licence, downloads, isGated }: FoundModel): string {
  return [
    ...(parameters === null ? [] : [parametersText(parameters)]),
    licence ?? 'no licence named',
    ...(isGated ? ['gated'] : []),
    `${count(downloads)} downloads`,
  ].join(', ');
}

/** How far a download has come: `12.0 % of 942.3 MiB (model.safetensors)`. */
export function downloadText({
  file,
  done,
  total,
}: {
  readonly file: string;
  readonly done: number;
  readonly total: number;
}): string {
  return `${percent(total === 0 ? 1 : done / total)} of ${bytes(total)} (${file})`;
}
