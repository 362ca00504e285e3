/**
 * Lint rules, and the layers of the project: which room may import which. A file that belongs to no room is an error too.
 * `test/layers/layers.test.ts` proves that the layers are enforced.
 */
import boundaries from 'eslint-plugin-boundaries';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Rooms of the engine (`src/engine/<room>/`) and the rooms each may import. Data flows one way. */
const rooms = {
  protocol: [],
  process: ['protocol'],
  hub: ['protocol'],
  words: [],
  random: [],
  source: ['protocol'],
  onnx: [],
  model: ['protocol', 'random', 'onnx', 'hub'],
  rollout: ['protocol', 'random', 'onnx', 'model'],
  grpo: ['protocol', 'random', 'onnx', 'model'],
  compute: ['protocol', 'process', 'random', 'onnx', 'model', 'rollout', 'grpo'],
  cluster: ['protocol', 'process'],
  reward: ['protocol', 'process', 'random', 'source'],
  data: ['protocol', 'process', 'random', 'model', 'hub'],
  evaluation: ['protocol', 'random'],
  cases: ['protocol', 'words'],
  run: ['protocol', 'process'],
  analysis: ['protocol', 'words', 'random', 'evaluation', 'run', 'source', 'library'],
  gpu: ['protocol', 'hub', 'onnx', 'compute'],
  doctor: ['protocol', 'words', 'process', 'compute', 'cluster', 'reward', 'run'],
  preview: ['protocol', 'words', 'hub', 'model', 'data'],
  handover: ['protocol', 'words', 'model', 'source', 'reward', 'data', 'run'],
  trainer: [
    'protocol',
    'words',
    'process',
    'random',
    'model',
    'grpo',
    'compute',
    'cluster',
    'reward',
    'data',
    'evaluation',
    'run',
    'analysis',
  ],
};
const everyRoom = Object.keys(rooms);

/** Packages and Node modules that only some layers may import; tests and tools may import everything. */
const guarded = {
  'onnxruntime-node': ['onnx'],
  vscode: ['extension'],
  // Every process is started by one file, which knows how to end it.
  child_process: ['process'],
  // Every query is beside the others, with the transactions.
  sqlite: ['run'],
};

const layers = [
  { category: 'test', pattern: ['src/**/*.test.ts', 'test/**/*.ts'], exclusive: true },
  { category: 'tool', pattern: ['scripts/**/*.ts', 'bench/**/*.ts', 'eslint.config.js'] },
  { category: 'manifest', pattern: 'package.json' },
  { category: 'example', pattern: 'examples/**/*.{ts,js}' },
  { category: 'library', pattern: 'src/library/**/*.ts' },
  ...everyRoom.map((room) => ({ category: room, pattern: `src/engine/${room}/**/*.{ts,json}` })),
  { category: 'cli', pattern: 'src/engine/cli/**/*.ts' },
  { category: 'editorDoor', pattern: 'src/engine/main/**/*.ts' },
  { category: 'door', pattern: 'src/engine/{cli,main,compute,parquet,grader,debugScore}.ts' },
  { category: 'extension', pattern: 'src/extension/**/*.ts' },
  { category: 'webview', pattern: 'src/webview/**/*.{ts,css}' },
];

const layer = (...categories) => ({ file: { categories } });

const policies = [
  { allow: { to: { module: { origin: ['external', 'core'] } } } },
  ...Object.entries(rooms).map(([room, imports]) => ({ from: layer(room), allow: { to: layer(room, ...imports) } })),
  {
    from: layer('data'),
    disallow: { to: { file: { categories: 'model', path: '!src/engine/model/{*okenizer*,chat*}' } } },
    message: 'data may import only the tokenizer of model.',
  },
  { from: layer('cli', 'door'), allow: { to: layer('cli', 'manifest', ...everyRoom) } },
  { from: layer('editorDoor', 'door'), allow: { to: layer('editorDoor', ...everyRoom) } },
  {
    from: layer('extension'),
    allow: { to: layer('extension', 'protocol', 'words', 'process', 'run', 'analysis', 'cases', 'source') },
  },
  // What a reward would have taught is worked out by what trains.
  {
    from: { file: { categories: 'analysis', path: 'src/engine/analysis/rewards/**' } },
    allow: {
      to: [
        { file: { categories: 'grpo', path: 'src/engine/grpo/advantage.ts' } },
        { file: { categories: 'reward', path: 'src/engine/reward/combine.ts' } },
      ],
    },
  },
  // The terminal of a task shows the lines that the command line writes to a log.
  {
    from: layer('extension'),
    allow: { to: { file: { categories: 'cli', path: 'src/engine/cli/progress/plainLog.ts' } } },
  },
  { from: layer('webview'), allow: { to: layer('webview', 'words') } },
  { from: layer('webview'), allow: { to: layer('protocol'), dependency: { kind: 'type' } } },
  {
    from: layer('webview'),
    disallow: { to: { module: { origin: 'core' } } },
    message: 'webview runs in a browser, which has no Node modules.',
  },
  { from: layer('example'), allow: { to: layer('example') } },
  // What reward files import, which is bundled into them; the built-in rewards are made of it too, and analysis and data ask its rules.
  { from: layer('library'), allow: { to: layer('library') } },
  { from: layer('reward', 'analysis', 'data'), allow: { to: layer('library') } },
  {
    from: layer('library'),
    disallow: { to: { module: { origin: 'core' } } },
    message: 'library is bundled into reward code, which has its limits.',
  },
  ...Object.entries(guarded).map(([source, owners]) => ({
    from: { file: { categories: { noneOf: [...owners, 'test', 'tool'] } } },
    disallow: { to: { module: { source: [source, `node:${source}`] } } },
    message: `Only ${owners.join(' and ')} may import ${source}.`,
  })),
  { from: layer('test', 'tool'), allow: { to: { module: { origin: '*' } } } },
];

export default defineConfig(
  globalIgnores(['dist/', 'dist-test/', 'test-artifacts/', 'test/fixtures/', '.rlvr/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[property.name='getBuiltinModule']",
          message: 'Import it: what a layer may use is seen by its imports.',
        },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Numbers are what this project's messages are made of.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          // node:test waits for the tests of a file by itself.
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite', 'before', 'after'] },
          ],
        },
      ],
      // A record's key reads like what it is.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions', 'methods'] }],
      // What came from outside is parsed, not cast.
      '@typescript-eslint/no-unsafe-type-assertion': 'error',
      eqeqeq: 'error',
      'no-fallthrough': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-escape': 'error',
      'no-self-compare': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['examples/**/*.ts'],
    // The types of rewards are found so in a folder that has neither a tsconfig.json nor node_modules.
    rules: { '@typescript-eslint/triple-slash-reference': 'off' },
  },
  {
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.js', '.json'] } },
      'boundaries/root-path': import.meta.dirname,
      'boundaries/files': layers,
      'boundaries/legacy-templates': false,
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        { default: 'disallow', checkAllOrigins: true, checkUnknownLocals: true, policies },
      ],
      'boundaries/no-unknown-files': 'error',
      'boundaries/no-unknown-dependencies': 'error',
    },
  },
);
