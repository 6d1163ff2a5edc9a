import { parseArgs } from 'node:util'
import { run, type RunResult } from './world.js'
import { sabotages } from './sabotage.js'
import { createRealMedia } from './real-media.js'

const help = `Runs whole systems on virtual time, one per seed, and checks that nothing is lost.

  --seeds N      how many seeds to run (default 100)
  --seed N       only this seed, with a trace of what happened
  --from N       the first seed (default 1)
  --actions N    edits and faults per seed (default 60)
  --disk real    keeps everything on SQLite, IndexedDB and files instead of in memory
  --break RULE   breaks a rule on purpose (${Object.keys(sabotages).join(', ')}); succeeds when that is noticed
  --json FILE    also writes a report`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    actions: { type: 'string', default: '60' },
    break: { type: 'string' },
    disk: { type: 'string', default: 'memory' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
})

async function runAll(): Promise<boolean> {
  if (values.break !== undefined && sabotages[values.break] === undefined) {
    console.error(`--break must be one of ${Object.keys(sabotages).join(', ')}`)
    return false
  }
  const first = Number(values.seed ?? values.from)
  const count = values.seed === undefined ? Number(values.seeds) : 1
  const sabotage = values.break === undefined ? undefined : sabotages[values.break]
  const failed: RunResult[] = []
  const sums = { seeds: 0, edits: 0, logged: 0, faults: 0, refused: 0, healedMs: 0 }
  const began = Date.now()
  for (let seed = first; seed < first + count; seed++) {
    const trace = values.seed === undefined ? {} : { trace: (line: string) => console.log(line) }
    const result = await run({
      seed,
      actions: Number(values.actions),
      ...(sabotage && { sabotage }),
      ...(values.disk === 'real' && { media: createRealMedia() }),
      ...trace,
    })
    sums.seeds += 1
    sums.edits += result.edits
    sums.logged += result.logged
    sums.faults += result.faults
    sums.refused += result.refused
    sums.healedMs = Math.max(sums.healedMs, result.healedMs)
    if (result.complaints.length === 0) continue
    failed.push(result)
    if (sabotage !== undefined) break
    console.log(`seed ${seed} failed:\n  ${result.complaints.slice(0, 5).join('\n  ')}`)
    console.log(`  again: npm run sim -- --seed ${seed}${options()}`)
  }
  const seconds = (Date.now() - began) / 1000
  console.log(
    `${sums.seeds} seeds, ${sums.edits} edits, ${sums.faults} faults, ${sums.logged} entries, ${sums.refused} refusals in ${seconds.toFixed(1)} s; slowest heal ${(sums.healedMs / 1000).toFixed(1)} s of virtual time`,
  )
  if (sabotage !== undefined) return reportSabotage(failed[0])
  console.log(`${count - failed.length} passed, ${failed.length} failed, 0 skipped`)
  return failed.length === 0
}

function options(): string {
  const { actions, disk } = values
  return `${actions === '60' ? '' : ` --actions ${actions}`}${disk === 'memory' ? '' : ` --disk ${disk}`}`
}

function reportSabotage(caught: RunResult | undefined): boolean {
  if (caught === undefined) console.log(`${values.break} was broken and nobody noticed`)
  else
    console.log(`${values.break} broken: noticed at seed ${caught.seed}: ${caught.complaints[0]}`)
  return caught !== undefined
}

if (values.help === true) console.log(help)
else process.exitCode = (await runAll()) ? 0 : 1
