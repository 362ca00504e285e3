/** Finds the reward functions of a file, by what they are declared to be or by what experiments call them. */
import type { Place } from '../protocol/scoring.ts';
import { exportsOf, type Export } from './exports.ts';
import { pythonRewards } from './pythonRewards.ts';
import type { RewardFunction } from './rewardFunction.ts';
import { rewardTypes, type RewardTypes } from './rewardTypes.ts';
import { isFunction, parseSource, placeOf, withoutTypes, type Expression, type Node } from './syntax.ts';

/**
 * In the order of the text, which may be as broken as it is while somebody types. In TypeScript and JavaScript a reward is what is
 * declared as `Reward` or `GroupReward` of `rlvr` or takes its `RewardInput`; in Python, what has the parameters of a reward of TRL
 * or verl.
 * @param named functions of this file that experiments name: they are rewards, whatever they are declared to be
 */
export function findRewardFunctions(path: string, text: string, named: readonly string[]): readonly RewardFunction[] {
  if (path.endsWith('.py')) return pythonRewards(text, named);
  const file = parseSource(path, text, { tolerant: true });
  if (file === null) return [];
  const types = rewardTypes(file);
  return exportsOf(file).flatMap((one): RewardFunction[] => {
    const per = perOf(one, types) ?? (named.includes(one.name) ? 'completion' : null);
    if (per === null) return [];
    const { name, declaration, id, value } = one;
    return [
      {
        name,
        per,
        place: placeOf(declaration),
        namePlace: placeOfName(id),
        bodyPlace: placeOf(value === null ? declaration : bodyOf(value)),
      },
    ];
  });
}

/** Where a file has the function that an experiment names: the name where it is declared, or else mentioned; null for none. */
export function placeOfExport(path: string, text: string, name: string): Place | null {
  if (path.endsWith('.py')) return pythonRewards(text, [name]).find((one) => one.name === name)?.namePlace ?? null;
  const file = parseSource(path, text, { tolerant: true });
  const found = file === null ? undefined : exportsOf(file).find((one) => one.name === name);
  return found === undefined ? null : placeOfName(found.id);
}

/** The names by which a CommonJS module exports something, as far as its text says; none where it cannot be read. */
export function commonJsNames(path: string, text: string): readonly string[] {
  const file = parseSource(path, text, { tolerant: true });
  return file === null ? [] : [...new Set(exportsOf(file).map(({ name }) => name))];
}

function perOf({ value, annotation, comment }: Export, types: RewardTypes): RewardFunction['per'] | null {
  const declared = (annotation && types.perOfType(annotation)) ?? types.perOfComment(comment);
  if (declared !== null || value === null) return declared;
  return (
    typesAround(value)
      .map(types.perOfType)
      .find((per) => per !== null) ?? perOfParameter(value, types)
  );
}

/** `value satisfies A as B`: A and B. */
function typesAround(value: Node): readonly Node[] {
  return value.type === 'TSSatisfiesExpression' || value.type === 'TSAsExpression'
    ? [value.typeAnnotation, ...typesAround(value.expression)]
    : [];
}

function perOfParameter(value: Node, types: RewardTypes): RewardFunction['per'] | null {
  const [first] = isFunction(value) && 'params' in value && Array.isArray(value.params) ? value.params : [];
  return first && 'typeAnnotation' in first && first.typeAnnotation ? types.perOfInput(first.typeAnnotation) : null;
}

function bodyOf(value: Node): Node {
  const plain = isExpression(value) ? withoutTypes(value) : value;
  return isFunction(plain) && 'body' in plain && !Array.isArray(plain.body) ? plain.body : plain;
}

function isExpression(node: Node): node is Expression {
  return node.type.endsWith('Expression');
}

/** The name alone: an identifier's own place includes its type. */
function placeOfName(id: Node): Place {
  const place = placeOf(id);
  if (id.type !== 'Identifier') return place;
  return { ...place, endLine: place.line, endColumn: place.column + id.name.length };
}
