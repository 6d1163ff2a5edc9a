/** Systems under test: server, writer and reader of each in processes of their own. */
import { startActor } from './actor.mjs'

/** What is measured, by the name under which it is printed. */
export const systems = {
  'socket.io': { system: 'raw' },
  'socket.io pipe+co': { system: 'raw', server: { co: true }, client: { pipe: true } },
  'socket.io pipe+co+fsync': {
    system: 'raw',
    server: { co: true, fsync: true },
    client: { pipe: true },
  },
  ours: { system: 'react-collab' },
  'ours, file store': { system: 'react-collab', client: { store: 'file' } },
  'ours, file store, no rate limit': {
    system: 'react-collab',
    server: { limits: { eventsPerSecond: 1e9, eventBurst: 1e9 } },
    client: { store: 'file' },
  },
}

let objects = 0

/** Starts the processes of a system; `round` runs a case on a fresh object and fresh clients. */
export async function openStage(name, { folder, profile }) {
  const { system, server: serverOptions, client: clientOptions } = systems[name]
  const slug = name.replace(/\W+/g, '-')
  const start = (role) =>
    startActor(role === 'server' ? 'server' : 'client', {
      name: `${slug}-${role}`,
      profile,
    })
  const [server, writer, reader] = ['server', 'writer', 'reader'].map(start)
  const { port } = await server.call('start', { system, folder, ...serverOptions })

  return {
    name,
    server,
    writer,
    reader,
    async round(run) {
      const options = { system, port, folder, object: `bench-${++objects}`, ...clientOptions }
      await Promise.all([writer.call('open', options), reader.call('open', options)])
      try {
        return await run({ server, writer, reader })
      } finally {
        await Promise.all([writer.call('disconnect'), reader.call('disconnect')])
      }
    },
    stop: () => Promise.all([server, writer, reader].map((actor) => actor.stop())),
  }
}

/**
 * Runs `measure` on each system in turn, several rounds over, and gives the rounds of each.
 *
 * The first round warms the processes up and does not count.
 */
export async function alternate(names, { rounds, ...options }, measure) {
  const results = Object.fromEntries(names.map((name) => [name, []]))
  const stages = []
  try {
    for (const name of names) stages.push(await openStage(name, options))
    for (let round = 0; round <= rounds; round++) {
      for (const stage of stages) {
        const result = await stage.round(measure)
        if (round > 0) results[stage.name].push(result)
        options.note(`${stage.name}: ${JSON.stringify(result)}`)
      }
    }
  } finally {
    await Promise.all(stages.map((stage) => stage.stop()))
  }
  return results
}
