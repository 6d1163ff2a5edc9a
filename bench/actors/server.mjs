/** The server process of a system. */
import { cpuMs } from '../lib/cpu.mjs'
import { serve } from './serve.mjs'

let server

serve({
  async start({ system, ...options }) {
    const { startServer } = await import(`../systems/${system}.server.mjs`)
    server = await startServer(options)
    return { port: server.port }
  },
  cpuMs,
  close: () => server?.close(),
})
