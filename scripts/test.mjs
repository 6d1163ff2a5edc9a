/**
 * Runs everything: `npm test`. Every stage runs, whatever happened before it; the last line counts
 * the tests of all of them. Needs nothing but Node and npm: what is missing is installed.
 * `npm test -- unit e2e` runs these stages alone.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { ensureInstalled } from './ensure-installed.mjs'
import { root, run } from './run.mjs'

const minuteMs = 60_000

/** The stages, in order. Each counts its own tests; `build` and `lint` count as one test each. */
const stages = [
  { name: 'build', command: ['node', 'scripts/build.mjs'], count: byExitCode },
  { name: 'lint', command: ['node', 'scripts/lint.mjs'], count: byExitCode },
  {
    name: 'unit',
    command: [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      '--outputFile=reports/unit.json',
    ],
    count: byVitestReport,
  },
  {
    name: 'sim',
    command: ['node', 'test/dist/simulation/main.js', '--seeds', '300'],
    count: byLastLine,
  },
  {
    name: 'e2e',
    before: [['node', 'scripts/ensure-chromium.mjs']],
    command: [
      'playwright',
      'test',
      '--config=test/e2e/playwright.config.ts',
      '--reporter=line,json',
    ],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: 'reports/e2e.json' },
    count: byPlaywrightReport,
  },
  { name: 'faults', command: ['node', 'test/dist/faults/main.js'], count: byLastLine },
]

const wanted = process.argv.slice(2)
const chosen = stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name))

await ensureInstalled()
rmSync(`${root}/reports`, { recursive: true, force: true })
mkdirSync(`${root}/reports`)

const results = []
for (const stage of chosen) results.push(await runStage(stage))

console.log('')
for (const { name, seconds, passed, failed, skipped } of results) {
  const state = failed > 0 ? 'FAILED' : 'ok'
  console.log(
    `${name.padEnd(8)}${state.padEnd(8)}${seconds.padStart(7)} s   ${count(passed, failed, skipped)}`,
  )
}
const total = (key) => results.reduce((sum, result) => sum + result[key], 0)
process.exitCode = total('failed') > 0 ? 1 : 0
console.log(`\n${count(total('passed'), total('failed'), total('skipped'))}`)

async function runStage({ name, before = [], command: [tool, ...args], env, count: counted }) {
  console.log(`\n── ${name} ${'─'.repeat(70 - name.length)}`)
  const startMs = performance.now()
  for (const [first, ...rest] of before) await run(first, rest)
  const outcome = await run(tool, args, { env, limitMs: 20 * minuteMs })
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  return { name, seconds, ...blamed(outcome.code, counted(outcome)) }
}

/** A stage that ends with an error has failed at least one test, whatever it counted. */
function blamed(code, counted) {
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
}

function count(passed, failed, skipped) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

function byExitCode({ code }) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

/** Command-line tools end with a line `N passed, N failed, N skipped`. */
function byLastLine({ tail }) {
  const lines = [...tail.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped\s*$/gm)]
  const [passed, failed, skipped] = lines.at(-1)?.slice(1).map(Number) ?? [0, 1, 0]
  return { passed, failed, skipped }
}

function byVitestReport() {
  const report = readReport('unit')
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

function byPlaywrightReport() {
  const report = readReport('e2e')
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected, failed: unexpected + flaky, skipped }
}

function readReport(name) {
  const path = `${root}/reports/${name}.json`
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}
