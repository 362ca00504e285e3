/** The files that a template of a reward becomes in a folder of the user's. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeFileWhole } from '../../engine/run/durable.ts';
import { freeName, requireFree, type NewFile } from './freeName.ts';
import { rewardEntry, type RewardTemplate } from './rewardTemplates.ts';
import { putRewardTypes, REWARD_TYPES_REFERENCE } from './rewardTypes.ts';

/** Part of a text, in UTF-16 units. */
export interface Selection {
  readonly offset: number;
  readonly length: number;
}

/**
 * Writes a reward file from a template, beside it the files that it imports and `rlvr.d.ts`.
 * @param answerColumn the dataset's column with the answer
 * @returns what to change first in it
 * @throws UserError where the file is there already; nothing is written then
 */
export function writeRewardFiles(
  template: RewardTemplate,
  newFile: NewFile,
  answerColumn: string,
  productDir: string,
): Selection {
  requireFree(newFile);
  const { path: file } = newFile;
  const folder = dirname(file);
  const files = rewardTexts(template, basename(file), answerColumn, (name, text) => nameFor(folder, name, text));
  for (const { name, text } of files) {
    const path = join(folder, name);
    if (path === file || !existsSync(path)) writeFileWhole(path, (append) => append(text));
  }
  putRewardTypes(productDir, folder);
  return firstToChange(files[0].text);
}

/** What an imported file is called here: as in the library, unless another file has that name. */
function nameFor(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  if (!existsSync(path) || readFileSync(path, 'utf8') === text) return name;
  return freeName(folder, basename(name, '.ts'), '.ts');
}

export interface RewardText {
  readonly name: string;
  readonly text: string;
}

/**
 * The reward file, then those that it imports.
 * @param file its name, for the line by which an experiment uses it
 * @param nameOf what a file of the library that is imported is called, given its own name and its text
 */
export function rewardTexts(
  template: RewardTemplate,
  file: string,
  answerColumn: string,
  nameOf: (name: string, text: string) => string = (name) => name,
): readonly [RewardText, ...RewardText[]] {
  const imported = [...template.imports].map(([name, text]) => {
    const own = `${REWARD_TYPES_REFERENCE}\n${withColumn(text, answerColumn)}`;
    return { from: name, name: nameOf(name, own), text: own };
  });
  const renamed = (text: string): string =>
    imported.reduce((changed, { from, name }) => changed.replace(` from './${from}'`, ` from './${name}'`), text);
  const use = `// In the experiment: "rewards": [${rewardEntry(template, file)}]`;
  const main = `${REWARD_TYPES_REFERENCE}\n${use}\n${withColumn(template.text, answerColumn)}`;
  return [{ name: file, text: renamed(main) }, ...imported.map(({ name, text }) => ({ name, text: renamed(text) }))];
}

/** The library's modules read the answer from a column `answer`, in a type and a pattern that look the same in each. */
function withColumn(text: string, column: string): string {
  if (column === 'answer') return text;
  return (
    text
      // Functions, because in a replacement text `$` has a meaning, and a column may be called anything.
      .replaceAll('{ answer: string | number }', () => `{ ${keyOf(column)}: string | number }`)
      .replaceAll(/(\{ [\w, ]*)\banswer \}/g, (_, before: string) => `${before}${keyOf(column)}: answer }`)
  );
}

/** A key of a type or a pattern. */
function keyOf(column: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(column) ? column : `'${JSON.stringify(column).slice(1, -1).replaceAll("'", "\\'")}'`;
}

/** The value of a reward file's first constant; where it has none, the first line of what its function does. */
export function firstToChange(text: string): Selection {
  const found =
    /^(?:export )?const [A-Z_]+(?:: [^=\n]+)? = ([^]+?);$/dm.exec(text) ??
    /^export const \w+: .*=>\s+(?:\{\s+)?([^]+?);$/dm.exec(text) ??
    /^export const \w+: .* = (.+);$/dm.exec(text);
  const [start, end] = found?.indices?.[1] ?? [0, 0];
  return { offset: start, length: end - start };
}
