import type { Ack, Failure, Shape } from '@react-collab/core'
import { ProtocolError } from '@react-collab/core'
import type { Connection } from '../connection.js'

/** A request that waits for the answer that a test gives. */
export interface Asked {
  readonly event: string
  readonly message: Readonly<Record<string, unknown>>
  accept(result?: unknown): void
  refuse(failure: Partial<Failure> & Pick<Failure, 'code'>): void
  /** No answer comes. */
  lose(): void
}

/** A connection whose other end is a test. */
export interface ScriptedConnection extends Connection {
  /** Requests without an answer, oldest first. */
  readonly asked: Asked[]
  /** Messages that want no answer. */
  readonly sent: (readonly [event: string, message: unknown])[]
  restarts: number
}

/** Makes a connection that is online. */
export function createScriptedConnection(): ScriptedConnection {
  const asked: Asked[] = []
  const done = (one: Asked): void => void asked.splice(asked.indexOf(one), 1)
  const connection: ScriptedConnection = {
    asked,
    sent: [],
    restarts: 0,
    state: { status: 'online' },
    received: 0,
    want: () => undefined,
    retry: () => undefined,
    renew: () => undefined,
    refuse: () => undefined,
    restart: () => void (connection.restarts += 1),
    send: (event, message) => void connection.sent.push([event, message]),
    authorize: (token) => connection.send('auth', { token }),
    request: <T>(event: string, message: unknown, shape: Shape<T>) =>
      new Promise<Ack<T>>((resolve, reject) => {
        const one: Asked = {
          event,
          message: JSON.parse(JSON.stringify(message)) as Asked['message'],
          accept(result = {}) {
            done(one)
            resolve([null, shape.read(result, 'answer')])
          },
          refuse(failure) {
            done(one)
            resolve([{ message: 'refused', ...failure }])
          },
          lose() {
            done(one)
            reject(new ProtocolError('TIMEOUT', 'no answer'))
          },
        }
        asked.push(one)
      }),
  }
  return connection
}
