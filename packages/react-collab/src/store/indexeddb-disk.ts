import { type ErrorCode, StorageError } from '@react-collab/core'
import { openDB, type OpenDBCallbacks, unwrap, wrap } from 'idb'
import type { Access, Disk, Key, OnTrouble, Range, Transaction } from './disk.js'
import { hostPlatform } from '../platform.js'
import type { Place } from '../windows/place.js'
import { firstTables, type Records, type Table } from './records.js'
import { watchTrouble } from './trouble.js'

/** One step per version; a database of any age goes through those it lacks. */
const steps: readonly ((database: IDBDatabase) => void)[] = [
  (database) => {
    for (const table of firstTables) database.createObjectStore(table, { keyPath: 'key' })
  },
  (database) => void database.createObjectStore('images', { keyPath: 'key' }),
  (database) => void database.createObjectStore('derived', { keyPath: 'key' }),
  (database) => void database.createObjectStore('pages', { keyPath: 'key' }),
  (database) => void database.createObjectStore('pools', { keyPath: 'key' }),
  (database) => void database.createObjectStore('overwritten', { keyPath: 'key' }),
  (database) => {
    const rows = database.createObjectStore('rows', { keyPath: 'key' })
    rows.createIndex('places', 'places', { multiEntry: true })
    database.createObjectStore('windows', { keyPath: 'key' })
  },
]

const codes: Readonly<Record<string, ErrorCode>> = {
  QuotaExceededError: 'QUOTA',
  VersionError: 'STORE_TOO_NEW',
  NotReadableError: 'CORRUPT',
  DataError: 'CORRUPT',
}

/** A database that is not open after this long is held up, even if no event says so. */
const BLOCKED_MS = 900

/** Browsers that deny a database do so when it is opened, each in a way of its own. */
const denials = /^(Security|InvalidState|NotAllowed|Reference|Type)Error$/

const storageError = (code: ErrorCode, cause?: unknown): StorageError => {
  const reason = cause instanceof Error ? `: ${cause.name} ${cause.message}`.trimEnd() : ''
  return new StorageError(code, `IndexedDB${reason}`, { cause })
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

const isLost = (error: unknown): boolean => /^(Abort|InvalidState)Error$/.test(nameOf(error))

/** Names what IndexedDB threw; errors of the work itself stay as they are. */
function translate(error: unknown): unknown {
  const name = nameOf(error)
  const isForeign = error instanceof DOMException && name !== 'DataCloneError'
  return codes[name] || isForeign ? storageError(codes[name] ?? 'STORE_FAILED', error) : error
}

const toKeyRange = ({ from, to }: Range): IDBKeyRange => IDBKeyRange.bound(from, to)

function view(tx: IDBTransaction): Transaction {
  const table = (name: Table): IDBObjectStore => tx.objectStore(name)
  const places = (): IDBIndex => table('rows').index('places')
  return {
    get: <T extends Table>(name: T, key: Key) =>
      wrap(table(name).get(key as IDBValidKey)) as Promise<Records[T] | undefined>,
    getAll: <T extends Table>(name: T, range: Range, limit?: number) =>
      wrap(table(name).getAll(toKeyRange(range), limit)) as Promise<Records[T][]>,
    // A request that nobody awaits still fails its transaction, which is awaited.
    put: (name, record) => void table(name).put(record),
    delete: (name, range) => void table(name).delete(toKeyRange(range)),
    getPlaced: (range, limit) =>
      wrap(places().getAll(toKeyRange(range), limit)) as Promise<Records['rows'][]>,
    findPlace: (range, skip, from) =>
      findKey(places().openKeyCursor(toKeyRange(range), from === 'start' ? 'next' : 'prev'), skip),
    countPlaces: (range) => wrap(places().count(toKeyRange(range))),
  }
}

/** Goes on from the first key that a cursor finds; without promises, between which it might end. */
function findKey(request: IDBRequest<IDBCursor | null>, skip: number): Promise<Place | undefined> {
  return new Promise((resolve, reject) => {
    let left = skip
    request.onerror = () => reject(request.error as DOMException)
    request.onsuccess = () => {
      const cursor = request.result
      if (left === 0 || cursor === null) resolve(cursor?.key as Place | undefined)
      else cursor.advance(left)
      left = 0
    }
  })
}

/** Runs one transaction; ends when it is complete, not when its requests are [DISK2]. */
async function transact<R>(
  database: IDBDatabase,
  access: Access,
  tables: readonly Table[],
  work: (tx: Transaction) => Promise<R>,
): Promise<R> {
  const scope = tables as Table[]
  const tx =
    access === 'read'
      ? database.transaction(scope)
      : database.transaction(scope, 'readwrite', { durability: access })
  const ended = new Promise<DOMException | null | undefined>((resolve) => {
    tx.oncomplete = () => resolve(undefined)
    tx.onabort = () => resolve(tx.error)
  })
  let failed: { readonly error: unknown } | undefined
  const result = await work(view(tx)).catch((error: unknown) => {
    failed = { error }
  })
  try {
    if (failed) tx.abort()
    else tx.commit()
  } catch {
    // It has ended by itself, and says how.
  }
  const aborted = await ended
  if (aborted === undefined && !failed) return result as R
  // What ended the transaction, such as a full disk, says more than what `work` saw of it.
  throw (aborted ?? failed?.error ?? new DOMException('', 'AbortError')) as Error
}

const readBirth = async (database: IDBDatabase): Promise<number | string | undefined> =>
  (await view(database.transaction('meta')).get('meta', 'birth'))?.value

/** Opens a database of the newest version; rejects also where the browser throws at once. */
async function openVersion(
  name: string,
  callbacks: Pick<OpenDBCallbacks<unknown>, 'blocked' | 'blocking' | 'terminated'>,
): Promise<IDBDatabase> {
  const database = await openDB(name, steps.length, {
    ...callbacks,
    upgrade(opened, from, _to, tx) {
      for (const step of steps.slice(from)) step(unwrap(opened))
      if (from === 0) void tx.objectStore('meta').put({ key: 'birth', value: hostPlatform.id() })
    },
  })
  return unwrap(database)
}

/**
 * Opens a disk in IndexedDB, and opens it again whenever it is lost.
 *
 * Never falls back to memory: rejects with MEMORY_ONLY where the browser denies storage [DISK9].
 * While an older version of the app keeps the database open it waits, and reports BLOCKED.
 */
export async function openIndexedDbDisk(name: string, onTrouble?: OnTrouble): Promise<Disk> {
  const watch = watchTrouble(onTrouble)
  const running = new Set<Promise<unknown>>()
  let connection: Promise<IDBDatabase> | undefined
  let current: IDBDatabase | undefined
  /** Marks the database, so that one put in its place is noticed. */
  let birth: number | string | undefined
  /** Set when the disk was closed, or when this page has to be loaded anew. */
  let ended: StorageError | undefined

  function end(code: ErrorCode): StorageError {
    ended ??= watch.failed(storageError(code))
    current?.close()
    return ended
  }

  function drop(database: IDBDatabase): void {
    database.close()
    if (current === database) current = connection = undefined
  }

  async function open(): Promise<IDBDatabase> {
    const blocked = (): void => void watch.failed(storageError('BLOCKED'))
    // A frozen tab never hears that it should make way, and `blocked` comes only after that.
    const cancel = hostPlatform.timer(BLOCKED_MS, blocked)
    const database = await openVersion(name, {
      blocked,
      // Whoever asks waits for this connection to close.
      blocking: (_from, to) => void end(to === null ? 'LOCAL_STATE_LOST' : 'STORE_TOO_NEW'),
      terminated() {
        drop(database)
        // An error is told by the watch, and to whoever asks next.
        if (!ended) connect().catch(() => undefined)
      },
    }).finally(cancel)
    const found = await readBirth(database)
    birth ??= found
    if (ended || found === undefined || birth !== found) database.close()
    if (birth === undefined) throw storageError('CORRUPT')
    if (birth !== found) throw end('LOCAL_STATE_LOST')
    watch.succeeded('read', [])
    return (current = database)
  }

  function connect(): Promise<IDBDatabase> {
    // Clearing site data closes the connection first and aborts who comes before it is done.
    const again = (error: unknown): Promise<IDBDatabase> => {
      if (birth === undefined || ended || !isLost(error)) throw error
      return open()
    }
    connection ??= open()
      .catch(again)
      .catch((error: unknown) => {
        connection = undefined
        const isDenied = birth === undefined && denials.test(nameOf(error))
        throw (
          ended ?? watch.failed(isDenied ? storageError('MEMORY_ONLY', error) : translate(error))
        )
      })
    return connection
  }

  async function attempt<R>(
    again: boolean,
    access: Access,
    tables: readonly Table[],
    work: (tx: Transaction) => Promise<R>,
  ): Promise<R> {
    if (ended) throw ended
    const database = await connect()
    try {
      return await transact(database, access, tables, work)
    } catch (error) {
      if (!again || !isLost(error)) throw translate(error)
      // Whatever closed the connection aborted the transaction: nothing of it was kept.
      drop(database)
      return attempt(false, access, tables, work)
    }
  }

  await connect()
  return {
    durable: true,
    run(access, tables, work) {
      const result = attempt(true, access, tables, work).then(
        (value) => {
          watch.succeeded(access, tables)
          return value
        },
        (error: unknown) => {
          throw watch.failed(error)
        },
      )
      const forget = (): unknown => running.delete(result)
      running.add(result)
      result.then(forget, forget)
      return result
    },
    async close() {
      ended ??= storageError('CLOSED')
      await Promise.allSettled(running)
      current?.close()
    },
  }
}
