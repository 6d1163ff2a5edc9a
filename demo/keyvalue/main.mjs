/** Runs clients that write at the same time, and shows whether all are equal in the end. */
import { countConflicts } from './conflicts.mjs'
import { readOptions } from './options.mjs'
import { startServer } from './server.mjs'
import { Writer } from './writer.mjs'

const PATIENCE_MS = 30_000
/** A server that is there has answered long before. */
const CONNECT_MS = 5_000

const { clients, seconds, everyMs, ...options } = readOptions()
const server = options.url === undefined ? await startServer() : undefined
const at = { url: server?.url ?? options.url, objectId: options.objectId }
console.log(`${clients} clients, ${seconds} s, object ${at.objectId} at ${at.url}\n`)

const writers = createWriters()
const isEqual = await run()
for (const writer of writers) await writer.end()
server?.stop()
process.exitCode = isEqual ? 0 : 1

function createWriters() {
  try {
    return Array.from({ length: clients }, (_, index) => new Writer(index + 1, at))
  } catch ({ message }) {
    console.error(message)
    process.exit(2)
  }
}

async function run() {
  if (!(await until(() => writers.every((writer) => writer.isOnline), CONNECT_MS))) {
    console.error(`There is no server at ${at.url}: ${writers[0].problem}`)
    return false
  }
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

async function until(holds, patienceMs = PATIENCE_MS) {
  const endMs = performance.now() + patienceMs
  while (performance.now() < endMs) {
    if (holds()) return true
    await sleep(20)
  }
  return false
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
