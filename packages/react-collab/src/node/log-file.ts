import { constants } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Change, Tables } from '../store/tables.js'
import { changesToLine, header, readLog } from './log-lines.js'

/** The file of a store: transactions are appended in groups that share a sync. */
export interface LogFile {
  /** Bytes of whole transactions. */
  readonly size: number
  /** Reads all transactions into empty tables and cuts what is torn. */
  read(tables: Tables): Promise<void>
  /** Appends a transaction; with `strict`, resolves when it is on the medium. */
  append(changes: readonly Change[], strict: boolean): Promise<void>
  /** Resolves when all that was appended is written, rejects when it is not. */
  settled(): Promise<void>
  /** Whether a write failed: nothing is appended until `recover`. */
  readonly failed: boolean
  /** Forgets a failure, so that `read` can take up work; throws it when that cannot be. */
  recover(): Promise<void>
  /** Puts a file in the place of this one, that holds what `changes` write. */
  replace(changes: Iterable<Change>): Promise<void>
  close(): Promise<void>
}

/** Transactions that are written, and synced, together. */
interface Group {
  readonly transactions: (readonly Change[])[]
  strict: boolean
  readonly done: Promise<void>
}

/** A sync that failed: what the medium has is unknown from then on. */
const syncFailures = new WeakSet<object>()

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const left = bytes.length - done
    done += (await handle.write(bytes, done, left, position + done)).bytesWritten
  }
}

async function sync(handle: FileHandle): Promise<void> {
  try {
    await handle.datasync()
  } catch (error) {
    syncFailures.add(error as object)
    throw error
  }
}

/** Makes new names in the folder safe, where the system can. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}

/** Opens the file at `path`; makes it where there is none. */
export async function openLogFile(path: string): Promise<LogFile> {
  const fresh = `${path}.new`
  let handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  let size = 0
  let synced = 0
  let failure: { readonly error: unknown } | undefined
  /** What comes while the group before is on its way. */
  let group: Group | undefined
  let last: Promise<void> = Promise.resolve()

  function gather(): Group {
    const idle = last.catch(() => undefined)
    const own: Group = { transactions: [], strict: false, done: idle.then(() => write(own)) }
    last = own.done
    // Whoever appended hears of it; this copy of the promise has no other listener.
    last.catch(() => undefined)
    return own
  }

  async function write({ transactions, strict }: Group): Promise<void> {
    group = undefined
    if (failure) throw failure.error
    try {
      const lines = transactions.map((changes) => changesToLine(synced, changes))
      const bytes = Buffer.from(lines.join(''))
      await writeAll(handle, bytes, size)
      if (strict) await sync(handle)
      size += bytes.length
      if (strict) synced = size
    } catch (error) {
      failure = { error }
      throw error
    }
  }

  return {
    get size() {
      return size
    },
    async read(tables) {
      await rm(fresh, { force: true })
      size = readLog(await readFile(path), tables, path)
      await handle.truncate(size)
      if (size === 0) {
        await writeAll(handle, Buffer.from(header), 0)
        size = header.length
      }
      await sync(handle)
      await syncFolder(path)
      synced = size
    },
    append(changes, strict) {
      group ??= gather()
      group.transactions.push(changes)
      group.strict ||= strict
      return group.done
    },
    settled: () => last,
    get failed() {
      return failure !== undefined
    },
    async recover() {
      // What was built on the transaction that failed fails with it.
      await last.catch(() => undefined)
      if (failure && syncFailures.has(failure.error as object)) throw failure.error
      failure = undefined
      last = Promise.resolve()
    },
    async replace(changes) {
      const lines = [header]
      for (const change of changes) lines.push(changesToLine(0, [change]))
      // All before this line is safe once the file has its name.
      lines.push(changesToLine(Number.MAX_SAFE_INTEGER, []))
      const bytes = Buffer.from(lines.join(''))
      const next = await open(fresh, 'w+', 0o600)
      try {
        await writeAll(next, bytes, 0)
        await next.sync()
        await rename(fresh, path)
      } catch (error) {
        await next.close()
        await rm(fresh, { force: true })
        throw error
      }
      await handle.close()
      handle = next
      size = synced = bytes.length
      await syncFolder(path)
    },
    close: () => handle.close(),
  }
}
