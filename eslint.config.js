import vuePlugin from 'eslint-plugin-vue'
import prettier from 'eslint-config-prettier'
import tseslint from 'typescript-eslint'

/** Every rule that forbids a construct says why and what to write instead. */
const because = (/** @type {string} */ selector, /** @type {string} */ message) => ({ selector, message })

const everywhere = [
  because(
    'ExportAllDeclaration[exported=null]',
    'Name what is exported, so that a reader finds where it comes from.',
  ),
  because(
    'TSEnumDeclaration',
    'Write a const object and a union type: enums leave code behind and the CLI strips types only.',
  ),
]

const deterministicEngine = [
  because(
    "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    'Ask the Clock you were given: tests and the user’s virtual clock drive time through it.',
  ),
  because(
    "NewExpression[callee.name='Date'][arguments.length=0]",
    'Ask the Clock you were given: tests and the user’s virtual clock drive time through it.',
  ),
  because(
    'CallExpression[callee.name=/^set(Timeout|Interval)$/]',
    'Use clock.setTimer: a timer outside the Clock neither stops with a frozen broker nor follows a virtual clock.',
  ),
  because(
    "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    'Take randomness as an argument, so that a test can repeat what happened.',
  ),
]

const straightTests = [
  because(
    'IfStatement',
    'A test with a branch tests one of two things and does not say which. Write two tests.',
  ),
  because('SwitchStatement', 'A test with a branch tests one of several things. Write several tests.'),
  because('ConditionalExpression', 'A test with a branch tests one of two things. Write two tests.'),
  because(
    "CallExpression[callee.property.name='waitForTimeout']",
    'Wait for what the user would see, not for time: a sleep is too long on one machine and too short on another.',
  ),
]

export default tseslint.config(
  { ignores: ['out/', 'dist/', 'coverage/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  ...tseslint.configs.strict,
  ...vuePlugin.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.vue'] } },
    rules: {
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-v-html': 'error', // a message payload is data, never markup
      'vue/require-default-prop': 'off', // an optional prop is undefined, and its type says so
    },
  },
  {
    files: ['**/*.{ts,js,mjs,vue}'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // With noUncheckedIndexedAccess an index proven by the line above still needs its "!".
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The contract between processes says "takes nothing" and "answers nothing" with void, as a type argument.
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['warn', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': ['error', ...everywhere],
    },
  },
  {
    // A promise nobody awaits loses its error: in the engine that is a lost write, in the app a panel that never fills.
    files: ['src/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/broker/**/*.ts'],
    rules: {
      'no-console': 'error', // the logger knows the broker and the level
      'no-restricted-syntax': ['error', ...everywhere, ...deterministicEngine],
    },
  },
  {
    // Where real time comes from, and where lines of the log get theirs.
    files: ['src/broker/clock.ts', 'src/broker/logger.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere] },
  },
  {
    files: ['tests/app/**/*.spec.ts', 'tests/interop/window/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...straightTests] },
  },
  prettier,
)
