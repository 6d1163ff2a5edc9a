import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom, type Random } from '../simulation/random.js'
import { type AckJournal, openAckJournal } from './ack-journal.js'
import { type ClientProcess, createClientProcess } from './client-process.js'
import { objects } from './edits.js'
import { readLogFile } from './log-file.js'
import type { Holdings } from './reports.js'
import { createServerProcess, freePort, type ServerProcess } from './server-process.js'
import { type Finding, judge } from './verdict.js'
import { until } from './wait.js'

/** What to do. */
export interface RunOptions {
  readonly serverKills: number
  readonly clientKills: number
  /** How often the server's data are put back to an older state. */
  readonly restores: number
  readonly clients: number
  readonly seed: number
  /** Another server executable than that of this repository. */
  readonly server: string | undefined
  readonly say: (line: string) => void
}

/** What came of it. */
export interface RunResult {
  /** One per kill: nothing, or why all did not go on after it. */
  readonly rounds: readonly Finding[]
  readonly findings: readonly Finding[]
  readonly figures: Readonly<Record<string, number>>
}

/** Everything that runs. */
interface World {
  readonly random: Random
  readonly server: ServerProcess
  readonly clients: readonly ClientProcess[]
  readonly journal: AckJournal
}

/** A kill comes up to so long after work has begun again. */
const KILL_WITHIN_MS = 500
/** One kill in so many comes before anybody is back at work. */
const EARLY = 5

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs clients and a server, kills them, and judges what is left. */
export async function run(options: RunOptions): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'collab-faults-'))
  const random = createRandom(options.seed)
  const data = join(folder, 'log.sqlite')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const journal = openAckJournal(join(folder, 'acks'))
  const server = createServerProcess({ file: options.server, data, port })
  const client = (name: string, paceMs: number): ClientProcess => {
    const file = join(folder, `${name}.client`)
    const seed = random.below(2 ** 31)
    return createClientProcess({ url, file, client: name, seed, paceMs }, (ack) => journal.add(ack))
  }
  const writers = Array.from({ length: options.clients }, (_, i) => client(`c${i + 1}`, 40))
  const fresh = client('f1', 0)
  const world: World = { random, server, clients: writers, journal }
  try {
    const rounds = await killing(world, options)
    fresh.start()
    const holders = [...writers, fresh]
    const holdings = await rest(holders)
    await Promise.all(holders.map((each) => each.end()))
    await server.stop()
    const troubles = [...server.troubles, ...holders.flatMap((each) => each.troubles)]
    const read = objects.map((object) => [object, readLogFile(data, object)] as const)
    const remains = {
      logs: new Map(read.map(([object, { events }]) => [object, events])),
      gaps: read.flatMap(([, { gaps }]) => gaps),
      acks: journal.read(),
      clients: holders.map(({ name }, i) => ({ name, holdings: holdings[i] as Holdings })),
      troubles,
    }
    const { local, server: logged } = journal.counts
    const figures = {
      onDisk: local,
      inLog: logged,
      entries: read.reduce((sum, [, { events }]) => sum + events.length, 0),
      refused: holdings.reduce((sum, { rejected }) => sum + rejected.length, 0),
    }
    return { rounds, findings: judge(remains), figures }
  } finally {
    await Promise.all([server.kill(), fresh.kill(), ...writers.map((each) => each.kill())])
    journal.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function killing(world: World, options: RunOptions): Promise<Finding[]> {
  const { clients, random, server } = world
  await server.start()
  for (const client of clients) client.start()
  const rounds: Finding[] = []
  const plan: (keyof typeof kinds)[] = [
    ...Array<'server'>(options.serverKills).fill('server'),
    ...Array<'client'>(options.clientKills).fill('client'),
    ...Array<'restore'>(options.restores).fill('restore'),
  ]
  for (let round = 1; plan.length > 0; round++) {
    const [kind = 'server'] = plan.splice(random.below(plan.length), 1)
    const finding = await kinds[kind](world).then(
      () => [],
      (error: unknown) => [String(error)],
    )
    const promise = `round ${round} (${kind}): everyone goes on after it`
    rounds.push({ promise, broken: finding })
    options.say(`${promise} ${finding.length > 0 ? `FAILED ${finding.join()}` : 'ok'}`)
  }
  await working(world)
  return rounds
}

/** Resolves when every client was given a new promise by the server. */
async function working({ clients }: World): Promise<void> {
  const before = clients.map(({ acks }) => acks.server)
  await until('every client gets acknowledgements', () =>
    clients.every(({ acks }, i) => acks.server > (before[i] as number)),
  )
}

async function killServer(world: World): Promise<void> {
  const { random, server } = world
  // Now and then it is killed while it starts, or while the clients come back.
  if (random.below(EARLY) > 0) await working(world)
  await pause(random.below(KILL_WITHIN_MS))
  await server.kill()
  server.launch()
  if (random.below(EARLY) > 0) return server.listening()
  await pause(random.below(KILL_WITHIN_MS))
  await server.kill()
  await server.start()
}

async function killClient(world: World): Promise<void> {
  const { random, clients } = world
  const client = random.pick(clients)
  await until(`${client.name} writes`, () => client.acks.local > 0)
  await pause(random.below(KILL_WITHIN_MS))
  await client.kill()
  client.start()
}

/** The server's data are lost, and an older copy takes their place. */
async function restore(world: World): Promise<void> {
  const { journal, random, server } = world
  await working(world)
  await server.kill()
  server.backUp()
  await server.start()
  await working(world)
  await pause(random.below(KILL_WITHIN_MS))
  await server.kill()
  server.restore()
  await server.start()
  journal.forgetNumbers()
}

const kinds = { server: killServer, client: killClient, restore }

/** Lets all clients send and receive everything; gives what each holds then. */
async function rest(clients: readonly ClientProcess[]): Promise<Holdings[]> {
  for (const client of clients) client.rest()
  await until(
    'all clients are in step',
    async () => {
      const standings = await Promise.all(clients.map((client) => client.standing()))
      const ends = new Set(standings.map(({ seqs }) => seqs.join()))
      return ends.size === 1 && standings.every(({ state }) => state === 'synced')
    },
    120_000,
  )
  return Promise.all(clients.map((client) => client.holdings()))
}
