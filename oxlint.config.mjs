/** The house rules that a machine can check. CONTRIBUTING.md explains them. */

/** Third-party packages, and the only files that may import each. Everything else goes through them. */
const owners = {
  '@codemirror/state': ['packages/react-collab/src/codemirror/**'],
  '@codemirror/view': ['packages/react-collab/src/codemirror/**'],
  idb: ['packages/react-collab/src/store/indexeddb-disk.ts'],
  'socket.io-client': ['packages/react-collab/src/socket-transport.ts'],
  react: ['packages/react-collab/src/react/**', 'packages/react-collab/src/suspense/**'],
  'socket.io': ['packages/server/src/server.ts', 'packages/server/src/socket-peer.ts'],
  '@photostructure/sqlite': [
    'packages/server/src/log/sqlite-worker.ts',
    'packages/server/src/log/sqlite-open.ts',
  ],
  'node:sqlite': [
    'packages/server/src/log/sqlite-worker.ts',
    'packages/server/src/log/sqlite-open.ts',
  ],
  pino: ['packages/server/src/platform.ts', 'packages/server/src/main.ts'],
}

/** Import patterns that are forbidden in the sources of each package, with the reason. */
const borders = {
  core: [{ regex: '^[^.]', message: 'core is pure: it imports nothing but itself.' }],
  'react-collab': [
    {
      group: ['@react-collab/server', '@react-collab/server/*'],
      message: 'Client and server meet in core.',
    },
    { group: ['node:*'], message: 'Node is for src/node/ only.' },
  ],
  server: [
    { group: ['react-collab', 'react-collab/*'], message: 'Client and server meet in core.' },
  ],
}

/** Layers inside a package: `files` may not import what `pattern` matches, except types. */
const layers = [
  {
    files: ['packages/core/src/**'],
    excludeFiles: ['packages/core/src/index.ts', 'packages/core/src/{protocol,testing}/**'],
    pattern: '/protocol/',
    message: 'The protocol stands above the rest of core.',
  },
  {
    files: ['packages/react-collab/src/{react,suspense}/**'],
    pattern: '/(store/.*|outbox|connection)\\.js$',
    message: 'Hooks know the client and the replica, not the disk or the wire.',
  },
  {
    files: ['packages/react-collab/src/store/**'],
    pattern: '/(client|replica|outbox|connection)\\.js$|/react/',
    message: 'A store knows nothing of those who use it.',
  },
  {
    files: ['packages/server/src/log/**'],
    pattern: '/(main|server|session|rooms?|socket-peer)\\.js$',
    message: 'A log knows nothing of those who use it.',
  },
]

const everywhere = [
  {
    regex: '^\\.\\.?/index\\.js$|^\\.$|^\\.\\.$',
    message: 'Import the module itself, not the index of its own package.',
  },
  { regex: '/(src|dist)/', message: 'No deep imports over a package border.' },
]

const notInProduct = {
  regex: '\\.(test|test-d|contract|laws)\\.js$|^\\..*/testing/',
  message: 'Product code does not import test code.',
}

/** Names of the surroundings; they reach the code as parameters, from platform.ts. */
const ambient = `
  Date performance crypto console navigator process window document fetch
  setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate
  requestIdleCallback requestAnimationFrame localStorage sessionStorage
`
  .trim()
  .split(/\s+/)
  .map((name) => ({ name, message: 'Only platform.ts touches the surroundings.' }))

const restricted = (patterns, allowed = []) => ({
  'eslint/no-restricted-imports': [
    'error',
    {
      paths: Object.keys(owners)
        .filter((name) => !allowed.includes(name))
        .map((name) => ({ name, message: `Its only importers: ${owners[name].join(', ')}` })),
      patterns,
    },
  ],
})

const packageOf = (file) => file.split('/')[1]
const product = (name) => [notInProduct, ...everywhere, ...borders[name]]
const tests = [
  '**/*.test.{ts,tsx}',
  '**/*.test-d.{ts,tsx}',
  '**/*.contract.ts',
  '**/*.laws.ts',
  'packages/{core,react-collab,server}/src/testing/**',
]

/** One override per owner file, because the last matching override replaces the ones before it. */
const ownerFiles = [...new Set(Object.values(owners).flat())].map((file) => ({
  files: [file],
  rules: restricted(
    product(packageOf(file)),
    Object.keys(owners).filter((name) => owners[name].includes(file)),
  ),
}))

export default {
  plugins: ['eslint', 'typescript', 'import', 'react', 'promise', 'unicorn', 'oxc'],
  jsPlugins: [
    { name: 'docs', specifier: 'eslint-plugin-jsdoc' },
    { name: 'house', specifier: './scripts/house-rules.mjs' },
  ],
  categories: { correctness: 'error' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['**/dist/**', '**/node_modules/**'],
  rules: {
    'eslint/eqeqeq': 'error',
    'eslint/no-var': 'error',
    'eslint/prefer-const': 'error',
    'eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'eslint/max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    'eslint/max-lines-per-function': [
      'warn',
      { max: 50, skipBlankLines: true, skipComments: true },
    ],
    'eslint/max-params': ['warn', { max: 4 }],
    'eslint/max-depth': ['warn', { max: 3 }],
    'eslint/complexity': ['warn', { max: 15 }],
    'import/no-cycle': ['error', { ignoreTypes: true }],
    'import/no-self-import': 'error',
    'import/no-mutable-exports': 'error',
    'import/no-default-export': 'error',
    'house/no-export-all': 'error',
    'react/rules-of-hooks': 'error',
    'react/exhaustive-deps': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-non-null-assertion': 'off',
    'typescript/no-misused-spread': 'off',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: true },
    ],
    'typescript/consistent-type-imports': 'error',
  },
  overrides: [
    ...Object.keys(borders).map((name) => ({
      files: [`packages/${name}/src/**`],
      rules: restricted(product(name)),
    })),
    ...ownerFiles,
    ...layers.map(({ pattern, message, ...where }) => ({
      ...where,
      rules: { 'house/layers': ['error', { pattern, message }] },
    })),
    {
      files: ['packages/react-collab/src/node/**'],
      rules: restricted([notInProduct, ...everywhere, borders['react-collab'][0]]),
    },
    {
      files: ['packages/*/src/**'],
      rules: {
        'eslint/no-restricted-globals': ['error', ...ambient],
        'eslint/no-restricted-properties': [
          'error',
          { object: 'Math', property: 'random', message: 'Randomness is a parameter.' },
        ],
        'docs/require-jsdoc': [
          'error',
          {
            publicOnly: { esm: true, cjs: false, window: false },
            enableFixer: false,
            require: { FunctionDeclaration: true, ClassDeclaration: true },
            contexts: [
              'TSInterfaceDeclaration',
              'TSTypeAliasDeclaration',
              'ExportNamedDeclaration > VariableDeclaration',
            ],
          },
        ],
      },
    },
    {
      files: [
        'packages/{react-collab,server}/src/**/platform.ts',
        'packages/react-collab/src/page.ts',
        'packages/server/src/main.ts',
      ],
      rules: { 'eslint/no-restricted-globals': 'off', 'eslint/no-restricted-properties': 'off' },
    },
    {
      files: [...tests, 'test/**'],
      rules: {
        'eslint/no-restricted-imports': 'off',
        'house/layers': 'off',
        'eslint/no-restricted-globals': 'off',
        'eslint/no-restricted-properties': 'off',
        'eslint/max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
        'eslint/max-lines-per-function': 'off',
        'docs/require-jsdoc': 'off',
        // Test doubles are made of closures, and are taken apart freely.
        'typescript/unbound-method': 'off',
      },
    },
    {
      files: ['**/*.config.{ts,mjs}', 'scripts/house-rules.mjs', 'bench/**'],
      rules: { 'import/no-default-export': 'off' },
    },
    // A list of names, one per line, is read as a list.
    {
      files: ['packages/*/src/index.ts'],
      rules: {
        'eslint/max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      },
    },
    // Hosts are records of closures, and are taken apart where they are used.
    {
      files: [
        'packages/react-collab/src/{replica,loading,seed}.ts',
        'packages/react-collab/src/derived/*.ts',
      ],
      rules: { 'typescript/unbound-method': 'off' },
    },
    // Each of these wants to be two: they may not grow further meanwhile.
    {
      files: [
        'packages/react-collab/src/{link,replica,tab-client}.ts',
        'packages/server/src/session.ts',
      ],
      rules: {
        'eslint/max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      },
    },
    {
      files: ['packages/react-collab/src/{store/store.contract,link.test}.ts'],
      rules: {
        'eslint/max-lines': ['error', { max: 700, skipBlankLines: true, skipComments: true }],
      },
    },
    { files: ['bench/**'], rules: { 'eslint/max-lines-per-function': 'off' } },
  ],
}
