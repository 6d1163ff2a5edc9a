/**
 * Every check that runs no test: `npm run lint`. All run; then each failed one shows why.
 * `npm run lint -- oxlint knip` runs these alone, `-- --verbose` shows what each says.
 */
import { packages, run } from './run.mjs'

const checks = {
  'types of the product': ['tsc', '-b'],
  'types of the tests': ['tsc', '-b', 'tsconfig.tests.json'],
  'house rules (oxlint)': ['oxlint', '--config=oxlint.config.mjs', ...oxlintFolders()],
  'format (biome)': ['biome', 'format', '.'],
  'unused code and dependencies (knip)': ['knip', '--no-progress', '--no-config-hints'],
  'rules and their tests (SPEC.md)': ['node', 'scripts/spec.mjs'],
  'public API (api-extractor)': ['node', 'scripts/api.mjs'],
  'size (size-limit)': ['node', 'scripts/size.mjs'],
  ...Object.fromEntries(
    packages.flatMap((name) => [
      [`publint ${name}`, ['publint', `packages/${name}`, '--strict']],
      [
        `types as installed: ${name} (attw)`,
        ['attw', '--pack', `packages/${name}`, ...attwOptions()],
      ],
    ]),
  ),
}

const verbose = process.argv.includes('--verbose')
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const chosen = Object.entries(checks).filter(
  ([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
)

const failures = []
for (const [name, [tool, ...args]] of chosen) {
  const startMs = performance.now()
  const { code, tail } = await run(tool, args, { quiet: !verbose })
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  const warnings = /Found [1-9]\d* warnings?/.exec(tail)?.[0] ?? ''
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s) ${warnings}`)
  if (code !== 0) failures.push({ name, tail })
}

if (!verbose)
  for (const { name, tail } of failures) console.error(`\n── ${name}\n${tail.trimEnd()}`)
process.exitCode = failures.length > 0 ? 1 : 0

function oxlintFolders() {
  return ['packages', 'demo', 'test', 'bench', 'scripts', 'vite.config.ts']
}

function attwOptions() {
  return ['--profile', 'esm-only', '--no-emoji', '--no-color']
}
