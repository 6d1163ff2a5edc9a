/** The server process of a system. */
import { serve } from './serve.mjs'

let server

serve({
  async start({ system, ...options }) {
    const { startServer } = await import(`../systems/${system}.server.mjs`)
    server = await startServer(options)
    return { port: server.port }
  },
  cpuMs() {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  },
  close: () => server?.close(),
})
