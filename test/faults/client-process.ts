import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Ack, ClientOrder, ClientReport, ClientStart, Holdings, Standing } from './reports.js'

/** A client in a process of its own, which is killed and started again on the same file. */
export interface ClientProcess {
  readonly name: string
  /** Promises that this life was given. */
  readonly acks: { readonly local: number; readonly server: number }
  start(): void
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** Lets it stop writing. */
  rest(): void
  standing(): Promise<Standing>
  holdings(): Promise<Holdings>
  /** Ends it as it wants to end. */
  end(): Promise<void>
  /** What went wrong without our doing. */
  readonly troubles: readonly string[]
}

/** Makes a client that does not run yet. */
export function createClientProcess(
  options: Omit<ClientStart, 'life'>,
  onAck: (ack: Ack) => void,
): ClientProcess {
  const file = fileURLToPath(new URL('client.js', import.meta.url))
  const troubles: string[] = []
  const acks = { local: 0, server: 0 }
  let waiting: ((report: ClientReport) => void)[] = []
  let child: ChildProcess | undefined
  let life = 0

  function take(report: ClientReport): void {
    if (report.type === 'trouble') troubles.push(`${options.client}: ${report.text}`)
    else if (report.type === 'local' || report.type === 'server') {
      acks[report.type] += 1
      onAck(report)
    } else for (const resolve of waiting.splice(0)) resolve(report)
  }

  function order(what: ClientOrder): void {
    if (child?.connected) child.send(what)
  }

  function ask<T extends ClientReport>(what: ClientOrder): Promise<T> {
    const answer = new Promise<T>((resolve) =>
      waiting.push(resolve as (report: ClientReport) => void),
    )
    order(what)
    return answer
  }

  async function over(act: (own: ChildProcess) => void): Promise<void> {
    const own = child
    child = undefined
    waiting = []
    if (own === undefined || own.exitCode !== null || own.signalCode !== null) return
    // Also what it said before it died.
    const gone = once(own, 'close')
    act(own)
    await gone
  }

  return {
    name: options.client,
    troubles,
    acks,
    start() {
      acks.local = acks.server = 0
      life += 1
      const given: ClientStart = { ...options, life, seed: options.seed + life }
      const own = fork(file, [JSON.stringify(given)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
      child = own
      own.on('message', take)
      own.on('exit', (code, signal) => {
        if (signal !== 'SIGKILL' && code !== 0) troubles.push(`${options.client} ended by itself`)
      })
    },
    kill: () => over((own) => own.kill('SIGKILL')),
    rest: () => order('rest'),
    standing: () => ask<Standing>('stand'),
    holdings: () => ask<Holdings>('tell'),
    end: () => over((own) => own.send('end' satisfies ClientOrder)),
  }
}
