import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { run } from './run.js'
import type { Finding } from './verdict.js'

const help = `Runs the server and several clients as processes, kills them with SIGKILL in the middle of
their work, starts them again, and checks that every promise was kept.

  --kills N         how often the server is killed (default 15)
  --client-kills N  how often a client is killed (default: half as often, at least 8)
  --restores N      how often the server's data are put back to an older copy (default 2)
  --clients N       how many clients write (default 4)
  --seed N          the seed of the times and edits (default: another each time)
  --server FILE     another server executable, such as one that is broken on purpose
  --json FILE       also writes a report`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '15' },
    'client-kills': { type: 'string' },
    restores: { type: 'string', default: '2' },
    clients: { type: 'string', default: '4' },
    seed: { type: 'string' },
    server: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

async function main(): Promise<boolean> {
  const serverKills = Number(values.kills)
  const clientKills = Number(values['client-kills'] ?? Math.max(8, Math.round(serverKills / 2)))
  const seed = Number(values.seed ?? Date.now() % 1_000_000)
  const restores = Number(values.restores)
  const began = Date.now()
  console.log(
    `seed ${seed}, ${serverKills} server kills, ${clientKills} client kills, ${restores} restores`,
  )
  const { rounds, findings, figures } = await run({
    serverKills,
    clientKills,
    restores,
    clients: Number(values.clients),
    seed,
    server: values.server,
    say: (line) => console.log(line),
  })
  const seconds = Math.round((Date.now() - began) / 1000)
  const report = { seed, serverKills, clientKills, restores, seconds, ...figures }
  console.log(`\n${JSON.stringify(report)}\n`)
  for (const { promise, broken } of findings) show(promise, broken)
  const all = [...rounds, ...findings]
  const failed = all.filter(({ broken }) => broken.length > 0)
  if (values.json !== undefined) {
    writeFileSync(values.json, JSON.stringify({ ...report, failed, findings }, null, 2))
  }
  console.log(`${all.length - failed.length} passed, ${failed.length} failed, 0 skipped`)
  return failed.length === 0
}

function show(promise: Finding['promise'], broken: Finding['broken']): void {
  console.log(`${broken.length === 0 ? 'ok    ' : 'FAILED'} ${promise}`)
  for (const line of broken.slice(0, 5)) console.log(`         ${line}`)
  if (broken.length > 5) console.log(`         … and ${broken.length - 5} more`)
}

if (values.help) console.log(help)
else {
  process.exitCode = (await main().catch((error: unknown) => {
    console.error(error)
    console.log('0 passed, 1 failed, 0 skipped')
    return false
  }))
    ? 0
    : 1
}
