/**
 * Measures this project beside its floors, in one run.
 *
 *     node bench/main.mjs [--only NAME,NAME] [--rounds N] [--json FILE] [--profile FOLDER] [--quick] [--verbose]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { batch } from './cases/batch.mjs'
import { burst } from './cases/burst.mjs'
import { chromium } from './cases/chromium.mjs'
import { disk } from './cases/disk.mjs'
import { behind, join as joinCase } from './cases/join.mjs'
import { large } from './cases/large.mjs'
import { load } from './cases/load.mjs'
import { offline } from './cases/offline.mjs'
import { overwrites } from './cases/overwrites.mjs'
import { propagation } from './cases/propagation.mjs'
import { set } from './cases/set.mjs'
import { size } from './cases/size.mjs'
import { text } from './cases/text.mjs'
import { turns } from './cases/turns.mjs'
import { windows } from './cases/windows.mjs'
import { resultTable } from './lib/table.mjs'

const more = {
  batch,
  join: joinCase,
  behind,
  overwrites,
  text,
  disk,
  chromium,
  windows,
  large,
  size,
}
const cases = { propagation, burst, turns, offline, set, load, ...more }

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
    profile: { type: 'string' },
    quick: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})

const names = values.only?.split(',') ?? Object.keys(cases)
const unknown = names.find((name) => !Object.hasOwn(cases, name))
if (unknown !== undefined) {
  console.error(`no case ${unknown}; there are ${Object.keys(cases).join(', ')}`)
  process.exit(1)
}

/** Tasks that wanted a core of late: where they are more than the cores, look at ratios only. */
const tasks = () => loadavg()[0].toFixed(1)

const folder = mkdtempSync(join(tmpdir(), 'collab-bench-'))
const rounds = values.quick ? 1 : Number(values.rounds)
const results = {}
try {
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, load ${tasks()}, ${rounds} rounds`,
  )
  console.log('ours: clients with the store in memory unless said, server with its log on disk\n')
  for (const name of names) {
    const note = (text) => values.verbose && console.log(`  ${text}`)
    const { quick, profile } = values
    results[name] = await cases[name]({ folder, rounds, quick, profile, note })
    console.log(`${resultTable(results[name])}\nload ${tasks()}\n`)
  }
  if (values.json !== undefined) {
    const report = { node: process.version, cores: availableParallelism(), rounds, results }
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
// A pending handle of a driver must not keep the command from ending.
process.exit(0)
