import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { demoConfig, serverFile, siteFolder } from './places.js'

/** The server in a process of its own. */
export interface TestServer {
  readonly port: number
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts the server's command line on a free port. */
export async function startServer(data: string, origin: string): Promise<TestServer> {
  const child = spawn(process.execPath, [
    serverFile,
    '--port=0',
    `--data=${data}`,
    `--origin=${origin}`,
    `--static=${siteFolder}`,
    `--config=${demoConfig}`,
  ])
  const port = await portOf(child)
  return {
    port,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        output += String(text)
        const found = /"port":(\d+)/.exec(output)
        if (found) resolve(Number(found[1]))
      })
    }
    child.on('exit', () => reject(new Error(`the server did not start: ${output}`)))
  })
}
