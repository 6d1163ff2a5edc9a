/** Every check that runs no test: `npm run lint`. All run; then each failed one shows why. */
import { packages, run } from './run.mjs'

const checks = {
  'types of the product': ['tsc', '-b'],
  'types of the tests': ['tsc', '-b', 'tsconfig.tests.json'],
  'house rules (oxlint)': ['oxlint', '--config=oxlint.config.mjs', ...oxlintFolders()],
  'format (biome)': ['biome', 'format', '.'],
  'unused code and dependencies (knip)': ['knip', '--no-progress', '--no-config-hints'],
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

const failures = []
for (const [name, [tool, ...args]] of Object.entries(checks)) {
  const startMs = performance.now()
  const { code, tail } = await run(tool, args, { quiet: true })
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  if (code !== 0) failures.push({ name, tail })
}

for (const { name, tail } of failures) console.error(`\n── ${name}\n${tail.trimEnd()}`)
process.exitCode = failures.length > 0 ? 1 : 0

function oxlintFolders() {
  return ['packages', 'demo', 'test', 'bench', 'scripts', 'vite.config.ts']
}

function attwOptions() {
  return ['--profile', 'esm-only', '--no-emoji', '--no-color']
}
