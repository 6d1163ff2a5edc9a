/** This project's server with its defaults: durable in SQLite before it relays. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { allowAll, createServer } from '@react-collab/server'

/** `given` is a data file that stays; without it there is an empty one, which goes. */
export async function startServer({ folder, limits, data: given }) {
  const data = given ?? join(folder, `log-${process.pid}.sqlite`)
  const server = await createServer({ data, origins: [], authorize: allowAll, limits })
  const port = await server.listen(0, '127.0.0.1')
  return {
    port,
    async close() {
      await server.close()
      if (given !== undefined) return
      for (const end of ['', '-wal', '-shm']) await rm(data + end, { force: true })
    },
  }
}
