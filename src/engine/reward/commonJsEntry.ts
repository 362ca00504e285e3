/** Reward files written as CommonJS modules: what they export by name, made exports of a module as the grader loads it. */
import path from 'node:path';
import { UserError } from '../protocol/errors.ts';

/** What the source map calls the module whose text this is: no file of the user's. */
export const COMMON_JS_ENTRY = '<exports of a CommonJS module>';

/**
 * The text of a module that exports what a CommonJS module beside it does.
 * @param file absolute path
 * @throws UserError where its text does not say what it exports
 */
export async function commonJsEntry(file: string, text: string): Promise<string> {
  // A parser, for which most training has no use.
  const { commonJsNames } = await import('../source/rewardFunctions.ts');
  const names = commonJsNames(file, text);
  if (names.length === 0)
    throw new UserError(
      `The reward file ${file} is a CommonJS module whose text does not say by which names it exports its functions. ` +
        'Write "exports.name = ..." for each, "module.exports = { name }", or, in an ECMAScript module, "export const name = ...".',
    );
  // Names of properties may be words that no constant can have.
  const constants = names.map((name, index) => `const reward${index} = rewards[${JSON.stringify(name)}];`);
  const exported = names.map((name, index) => `reward${index} as ${name}`);
  return [
    `import * as rewards from ${JSON.stringify(`./${path.basename(file)}`)};`,
    ...constants,
    `export { ${exported.join(', ')} };`,
  ].join('\n');
}
