import { CollabError, type ErrorCode, StorageError } from '@react-collab/core'
import type { Disk, OnTrouble } from '../store/disk.js'
import { createQueue } from '../store/queue.js'
import { createTables, type Tables } from '../store/tables.js'
import { watchTrouble } from '../store/trouble.js'
import { takeLock } from './file-lock.js'
import { type LogFile, openLogFile } from './log-file.js'

/** What may be set about a disk in a file. */
export interface FileDiskOptions {
  /** Hears that the file system fails, and that it works again. */
  readonly onTrouble?: OnTrouble
  /** The file is rewritten when it is larger than this, and four times as large as its content. */
  readonly compactBytes?: number
}

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'QUOTA',
  EDQUOT: 'QUOTA',
  EFBIG: 'QUOTA',
}

/** Names what the file system threw; errors of the work itself stay as they are. */
function translate(error: unknown, path: string): unknown {
  const { syscall, code } = error as NodeJS.ErrnoException
  if (error instanceof CollabError || syscall === undefined) return error
  const message = `${path}: ${(error as Error).message}`
  return new StorageError(codes[code ?? ''] ?? 'STORE_FAILED', message, { cause: error })
}

/**
 * Opens a disk in one file: the tables in memory, every transaction appended to the file.
 *
 * Errors  `StorageError` BLOCKED when another process has it open, CORRUPT, STORE_TOO_NEW
 */
export async function openFileDisk(path: string, options: FileDiskOptions = {}): Promise<Disk> {
  let unlock: (() => Promise<void>) | undefined
  let log: LogFile | undefined
  try {
    unlock = await takeLock(`${path}.lock`)
    log = await openLogFile(path)
    return await createFileDisk(path, log, unlock, options)
  } catch (error) {
    await log?.close()
    await unlock?.()
    throw translate(error, path)
  }
}

async function createFileDisk(
  path: string,
  log: LogFile,
  unlock: () => Promise<void>,
  { onTrouble, compactBytes = 1_048_576 }: FileDiskOptions,
): Promise<Disk> {
  const watch = watchTrouble(onTrouble)
  const enqueue = createQueue()
  let tables = await read(log)
  let limit = Math.max(compactBytes, 4 * log.size)
  let closed = false

  /** After a failure memory may be ahead of the file: what it holds counts. */
  async function recover(): Promise<void> {
    await log.recover()
    tables = await read(log)
  }

  async function compact(): Promise<void> {
    if (log.failed || closed || log.size < limit) return
    // Whether or not it works, the next attempt comes when the file has grown again.
    limit = 4 * log.size
    await log.settled()
    await log.replace(tables.all())
    limit = Math.max(compactBytes, 4 * log.size)
  }

  /** Runs a transaction in memory and sends it on its way; the next may begin meanwhile. */
  const begin = <R>(
    ...[access, scope, work]: Parameters<Disk['run']>
  ): Promise<{ result: R; written: Promise<void> }> =>
    enqueue(async () => {
      if (closed) throw new StorageError('CLOSED', path)
      if (log.failed) await recover()
      const transaction = tables.open(access, scope)
      let undo = true
      try {
        const result = (await work(transaction.tx)) as R
        undo = false
        const { changes } = transaction
        // Whoever reads sees nothing that a crash could still take back.
        const isWrite = changes.length > 0
        return {
          result,
          written: isWrite ? log.append(changes, access === 'strict') : log.settled(),
        }
      } finally {
        transaction.end(undo)
      }
    })

  const run: Disk['run'] = async (access, scope, work) => {
    try {
      const { result, written } = await begin<Awaited<ReturnType<typeof work>>>(access, scope, work)
      await written
      if (log.size > limit) enqueue(compact).catch((error) => watch.failed(translate(error, path)))
      watch.succeeded(access, scope)
      return result
    } catch (error) {
      throw watch.failed(translate(error, path))
    }
  }

  return {
    durable: true,
    run,
    scrub: () =>
      enqueue(() => {
        limit = 0
        return compact()
      }).catch((error: unknown) => {
        throw watch.failed(translate(error, path))
      }),
    close: () =>
      enqueue(async () => {
        if (closed) return
        closed = true
        await log.settled().catch(() => undefined)
        await log.close()
        await unlock()
      }),
  }
}

async function read(log: LogFile): Promise<Tables> {
  const tables = createTables()
  await log.read(tables)
  return tables
}
