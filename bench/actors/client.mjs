/** The writer's or reader's process of a system. */
import { cpuMs } from '../lib/cpu.mjs'
import { clock } from '../lib/stats.mjs'
import { serve } from './serve.mjs'

let connection

const turn = () => new Promise((resolve) => setImmediate(resolve))

serve({
  async open({ system, ...options }) {
    const { connect } = await import(`../systems/${system}.client.mjs`)
    connection = await connect(options)
  },

  /** Writes one field every `everyMs`, with the time in it. */
  async tick({ count, everyMs }) {
    const start = clock()
    for (let i = 0; i < count; i++) {
      const wait = start + i * everyMs - clock()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      connection.setField(`${i} ${clock()}`)
    }
  },

  /** Resolves to the delay of each field that was heard; one that the next overtook is not. */
  hearTicks: ({ count }) =>
    new Promise((resolve) => {
      const delays = []
      connection.onField((value) => {
        const [i, sentAt] = value.split(' ').map(Number)
        delays.push(clock() - sentAt)
        if (i === count - 1) resolve(delays)
      })
    }),

  /** Writes `count` registers in one loop. */
  burst({ count }) {
    const startedAt = clock()
    for (let i = 0; i < count; i++) connection.write(i)
    return { startedAt, madeMs: clock() - startedAt }
  },

  /** Writes one register in each turn of the event loop. */
  async turns({ count }) {
    const startedAt = clock()
    for (let i = 0; i < count; i++) {
      connection.write(i)
      await turn()
    }
    return { startedAt, madeMs: clock() - startedAt }
  },

  /** Resolves to the time when all `count` registers have arrived. */
  hearAll: ({ count }) =>
    new Promise((resolve) => {
      connection.onAll(count, () => resolve({ at: clock(), missing: connection.missing(count) }))
    }),

  /** Makes `count` rows at once. */
  createMany: ({ count }) => connection.createMany(count),

  /** Resolves to the time when all `count` rows have arrived. */
  hearRows: ({ count }) =>
    new Promise((resolve) => {
      connection.onRows(count, (missing) => resolve({ at: clock(), missing }))
    }),

  cpuMs,

  goOffline: () => connection.goOffline(),

  goOnline() {
    const startedAt = clock()
    connection.goOnline()
    return { startedAt }
  },

  stored: () => connection.stored(),

  disconnect: () => connection.close(),
  close: () => connection?.close(),
})
