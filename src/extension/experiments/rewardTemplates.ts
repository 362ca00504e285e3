/** The modules of the reward library as reward functions to begin with: each is an ordinary file, and becomes one of the user's. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** In which a list shows them: being right, then form and length, then those made of others; any further ones after them. */
const ORDER = [
  'exactMatch',
  'numberMatch',
  'boxed',
  'extractionRules',
  'multipleChoice',
  'regularExpression',
  'jsonSchema',
  'humaneval',
  'languageModelJudge',
  'format',
  'thinkTags',
  'lengthPenalty',
  'softOverlong',
  'repetition',
  'groupReward',
  'combined',
  'shapingSchedule',
];

export interface RewardTemplate {
  /** What it is called in a list; translated there. */
  readonly label: string;
  readonly detail: string;
  /** The exported function. */
  readonly function: string;
  readonly per: 'completion' | 'group';
  /** Whether it compares with the dataset's answer. */
  readonly readsAnswer: boolean;
  readonly text: string;
  /** The modules that it imports, theirs included, by the name of their file. */
  readonly imports: ReadonlyMap<string, string>;
}

/** Where the library is in the product. */
export function rewardLibrary(productDir: string): string {
  return join(productDir, 'dist', 'library', 'rewards');
}

/** @param library the folder with the modules */
export function readRewardTemplates(library: string): readonly RewardTemplate[] {
  const modules = readdirSync(library).map((file) => basename(file, '.ts'));
  const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  modules.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  return modules.map((name) => {
    const text = readFileSync(join(library, `${name}.ts`), 'utf8');
    const imports = new Map<string, string>();
    addImports(library, text, imports);
    return { ...describe(name, text), text, imports };
  });
}

function addImports(library: string, text: string, found: Map<string, string>): void {
  for (const [, file = ''] of text.matchAll(/ from '\.\/(.+\.ts)'/g)) {
    if (found.has(file)) continue;
    const imported = readFileSync(join(library, file), 'utf8');
    found.set(file, imported);
    addImports(library, imported, found);
  }
}

/** What the first comment and the first exported function with a type say. */
function describe(name: string, text: string): Omit<RewardTemplate, 'text' | 'imports'> {
  const [, label = '', detail = ''] = /^\/\*\*[\s*]*(.+?): (.+?)\.(?:\s*\*\/|\n)/.exec(text) ?? [];
  const [, exported = '', type = ''] = /^export const (\w+): (\w+)/m.exec(text) ?? [];
  if (label === '' || exported === '')
    throw new Error(`The module ${name} of the reward library does not say what it is.`);
  return {
    label,
    detail: detail.charAt(0).toUpperCase() + detail.slice(1),
    function: exported,
    per: type === 'GroupReward' ? 'group' : 'completion',
    readsAnswer: text.includes('{ answer: '),
  };
}

/** How an experiment uses the function of a template. */
export function rewardEntry(template: RewardTemplate, file: string): string {
  const per = template.per === 'group' ? ', "per": "group"' : '';
  return `{ "file": ${JSON.stringify(file)}, "function": ${JSON.stringify(template.function)}${per} }`;
}
