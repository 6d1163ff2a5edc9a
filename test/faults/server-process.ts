import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './wait.js'

/** How the server of a run is started. */
export interface ServerStart {
  /** The executable; the one of this repository unless told otherwise. */
  readonly file: string | undefined
  readonly data: string
  readonly port: number
}

/** The server in a process of its own, which is killed and started again. */
export interface ServerProcess {
  /** Starts it; resolves once it listens. */
  start(): Promise<void>
  /** Starts it without waiting. */
  launch(): void
  /** Resolves once it listens. */
  listening(): Promise<void>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** Copies the data files of a server that does not run. */
  backUp(): void
  /** Puts the data files back as they were copied. */
  restore(): void
  /** SIGTERM; resolves when it has ended by itself. */
  stop(): Promise<void>
  /** What went wrong without our doing. */
  readonly troubles: readonly string[]
}

/** A port that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number }
  server.close()
  await once(server, 'close')
  return port
}

const ownServer = (): string =>
  join(
    dirname(createRequire(import.meta.url).resolve('@react-collab/server/package.json')),
    'dist/main.js',
  )

/** Makes a server that does not run yet. */
export function createServerProcess({ file, data, port }: ServerStart): ServerProcess {
  const config = fileURLToPath(new URL('server-config.js', import.meta.url))
  const troubles: string[] = []
  let child: ChildProcess | undefined
  let isListening = false
  let output = ''

  function launch(): void {
    output = ''
    isListening = false
    const own = spawn(process.execPath, [
      file ?? ownServer(),
      `--port=${port}`,
      `--data=${data}`,
      `--config=${config}`,
      // The verdict wants every entry.
      '--keep-history',
      '--retention-days=99999',
      `--retention-entries=${Number.MAX_SAFE_INTEGER}`,
    ])
    child = own
    for (const stream of [own.stdout, own.stderr]) {
      stream.on('data', (text) => {
        output = (output + String(text)).slice(-2_000)
        if (child === own && output.includes('"listening"')) isListening = true
      })
    }
    own.on('exit', (code, signal) => {
      if (signal !== 'SIGKILL' && code !== 0) troubles.push(`the server ended by itself: ${output}`)
    })
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const own = child
    child = undefined
    if (own === undefined || own.exitCode !== null || own.signalCode !== null) return
    const gone = once(own, 'exit')
    own.kill(signal)
    await gone
  }

  const listening = async (): Promise<void> => {
    await until('the server listens', () => isListening || troubles.length > 0)
    if (!isListening) throw new Error(troubles.join('\n'))
  }
  return {
    troubles,
    launch,
    listening,
    async start() {
      launch()
      await listening()
    },
    backUp: () => copyData(data, `${data}.backup`),
    restore: () => copyData(`${data}.backup`, data),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

/** The file and what SQLite keeps beside it. */
function copyData(from: string, to: string): void {
  for (const part of ['', '-wal', '-shm']) {
    rmSync(to + part, { force: true })
    if (existsSync(from + part)) copyFileSync(from + part, to + part)
  }
}
