import type { ErrorCode } from '@react-collab/core'
import { UnfitFileError } from './sqlite-open.js'

/** Primary result codes of SQLite. */
const sqlite = { BUSY: 5, LOCKED: 6, IOERR: 10, CORRUPT: 11, NOTADB: 26 }

/** What SQLite says for each of these codes; the words are part of its API. */
const codesByMessage: readonly (readonly [message: string, code: number])[] = [
  ['database is locked', sqlite.BUSY],
  ['disk I/O error', sqlite.IOERR],
  ['database disk image is malformed', sqlite.CORRUPT],
  ['file is not a database', sqlite.NOTADB],
]

/**
 * Drivers put SQLite's extended code into `errcode`, the low byte is the primary one; but the
 * package leaves it out of errors that come while rows are read.
 */
function primaryCode(error: unknown): number {
  const { errcode } = (error ?? {}) as { errcode?: unknown }
  if (typeof errcode === 'number') return errcode & 0xff
  const message = messageOf(error)
  return codesByMessage.find(([said]) => message.includes(said))?.[1] ?? 0
}

/** Says why a data file cannot be opened or read. */
export function unusableCode(error: unknown): ErrorCode {
  if (error instanceof UnfitFileError) return error.code
  const code = primaryCode(error)
  if (code === sqlite.BUSY || code === sqlite.LOCKED) return 'LOG_LOCKED'
  return code === sqlite.CORRUPT || code === sqlite.NOTADB ? 'CORRUPT' : 'LOG_FAILED'
}

/** Tells whether neither the disk nor the file can be trusted after this. */
export const isUntrusted = (error: unknown): boolean =>
  [sqlite.IOERR, sqlite.CORRUPT, sqlite.NOTADB].includes(primaryCode(error))

/** What an error says. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
