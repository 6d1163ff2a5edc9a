/** A page with nothing but a client, for what the demos have no handle for. */
import { type Client, createClient, type SharedObject, type Written } from 'react-collab'

/** The database of this page. */
const database = 'lab'

/** What a test can do in this page. */
export interface Lab {
  readonly client: Client
  readonly object: SharedObject
  /** Adds a row. */
  add(id: string, text?: string): Written
  /** Adds rows `prefix`-0 … in one task. */
  addAll(prefix: string, count: number): Written
  /** The ids of all rows, sorted. */
  ids(): string[]
  /** All rows, as canonical text. */
  text(): string
  /** Writes without end, with pauses; counts what reached disk and log. */
  write(prefix: string, pauseMs: number): void
  /** Resolves when the last edit is on disk. */
  stopWriting(): Promise<void>
  readonly written: {
    readonly made: number
    readonly local: string[]
    readonly server: string[]
    /** How long it stood still between two edits. */
    readonly longestPauseMs: number
  }
  /** Keeps all others from writing to the database, until `releaseDisk`. */
  holdDisk(): Promise<void>
  releaseDisk(): void
  /** The code of the error that a promise rejects with. */
  codeOf(promise: Promise<unknown>): Promise<string | undefined>
}

declare global {
  interface Window {
    readonly lab: Lab
  }
}

const client = createClient({ url: location.origin, name: database })
const { object } = client.open('lab')
const rows = object.sorted('rows')
const written = { made: 0, local: [] as string[], server: [] as string[], longestPauseMs: 0 }
let isWriting = false
let writing = Promise.resolve()

let isHeld = false

/** Takes the database for a transaction that has no end. */
function holdDisk(): Promise<void> {
  isHeld = true
  return new Promise((resolve) => {
    const opening = indexedDB.open(database)
    opening.onsuccess = () => {
      const { result } = opening
      const tx = result.transaction(result.objectStoreNames, 'readwrite')
      tx.oncomplete = () => result.close()
      const [first = ''] = result.objectStoreNames
      const again = (): void => {
        resolve()
        if (isHeld) tx.objectStore(first).count().onsuccess = again
      }
      again()
    }
  })
}

const add = (id: string, text = ''): Written => object.add('rows', { id, text })

async function writeOn(prefix: string, pauseMs: number): Promise<void> {
  while (isWriting) {
    const began = Date.now()
    const id = `${prefix}-${++written.made}`
    const edit = add(id)
    edit.server.then(
      () => written.server.push(id),
      (error: unknown) => console.error(error),
    )
    await edit.local
    written.local.push(id)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    written.longestPauseMs = Math.max(written.longestPauseMs, Date.now() - began)
  }
}

Object.assign(window, {
  lab: {
    client,
    object,
    add,
    addAll(prefix, count) {
      let last = add(`${prefix}-0`)
      for (let i = 1; i < count; i++) last = add(`${prefix}-${i}`)
      return last
    },
    ids: () =>
      rows
        .read()
        .map(({ id }) => id as string)
        .sort(),
    text: () =>
      JSON.stringify(
        rows.read().toSorted((a, b) => ((a.id as string) < (b.id as string) ? -1 : 1)),
      ),
    write(prefix, pauseMs) {
      isWriting = true
      writing = writeOn(prefix, pauseMs).catch((error: unknown) => console.error(error))
    },
    stopWriting: () => {
      isWriting = false
      return writing
    },
    written,
    holdDisk,
    releaseDisk: () => {
      isHeld = false
    },
    codeOf: (promise) =>
      promise.then(
        () => undefined,
        (error: { readonly code?: string }) => error.code ?? 'no code',
      ),
  } satisfies Lab,
})
