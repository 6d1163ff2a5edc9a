/**
 * Several clients write random properties of one object at the same time.
 *
 *   node demo/keyvalue/main.mjs --clients 4 --seconds 5 [--every 50] [--url http://localhost:4321]
 *
 * In the end all of them, and a fresh client, must show the same; the exit code says whether they do.
 */
import { parseArgs } from 'node:util'
import { countConflicts } from './conflicts.mjs'
import { startServer } from './server.mjs'
import { Writer } from './writer.mjs'

const PATIENCE_MS = 30_000

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '5' },
    every: { type: 'string', default: '50' },
    url: { type: 'string' },
    object: { type: 'string', default: `keyvalue-${Date.now().toString(36)}` },
  },
})
const clients = numberOf('clients')
const seconds = numberOf('seconds')
const everyMs = numberOf('every')

const server = values.url === undefined ? await startServer() : undefined
const at = { url: server?.url ?? values.url, objectId: values.object }
console.log(`${clients} clients, ${seconds} s, object ${at.objectId} at ${at.url}\n`)

const writers = Array.from({ length: clients }, (_, index) => new Writer(index + 1, at))
const isEqual = await run()
for (const writer of writers) await writer.end()
server?.stop()
process.exitCode = isEqual ? 0 : 1

async function run() {
  await Promise.all(writers.map((writer) => writer.start(everyMs)))
  await sleep(seconds * 1000)
  for (const writer of writers) writer.stop()
  const startMs = performance.now()
  await until(() => writers.every((writer) => writer.isConfirmed))
  const fresh = new Writer(0, at)
  const areEqual = await until(() => areSynced([...writers, fresh]) && areSame([...writers, fresh]))
  printTable()
  const ms = Math.round(performance.now() - startMs)
  const names = Object.keys(fresh.properties).length
  if (areEqual) {
    console.log(
      `\nAll ${clients} clients and a fresh one are equal: ${names} properties, ${ms} ms.`,
    )
  } else {
    console.log(`\nNOT EQUAL after ${ms} ms:`)
    for (const writer of [...writers, fresh]) console.log(writer.number, writer.status)
  }
  await fresh.end()
  return areEqual
}

function areSynced(all) {
  return all.every((writer) => writer.isSynced)
}

function areSame(all) {
  const [first, ...others] = all.map((writer) => JSON.stringify(writer.properties))
  return first !== '{}' && others.every((text) => text === first)
}

function printTable() {
  const conflicts = countConflicts(writers)
  console.table(
    Object.fromEntries(
      writers.map(({ number, made, received, refused }) => {
        const { won, lost } = conflicts.get(number)
        const row = { made, received, 'conflicts won': won, 'conflicts lost': lost, refused }
        return [`client ${number}`, row]
      }),
    ),
  )
}

async function until(holds) {
  const endMs = performance.now() + PATIENCE_MS
  while (performance.now() < endMs) {
    if (holds()) return true
    await sleep(20)
  }
  return false
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function numberOf(name) {
  const number = Number(values[name])
  if (number > 0 && Number.isFinite(number)) return number
  console.error(`--${name} is a number above 0`)
  process.exit(2)
}
