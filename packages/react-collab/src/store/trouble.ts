import { StorageError } from '@react-collab/core'
import type { Access, OnTrouble } from './disk.js'
import type { Table } from './records.js'

/** Watches how transactions of a medium end, and tells when its trouble begins and ends. */
export interface TroubleWatch {
  /** Takes note of a failure; returns it. Only what the medium did counts as trouble. */
  failed<E>(error: E): E
  /** Takes note of a transaction that succeeded. */
  succeeded(access: Access, tables: readonly Table[]): void
}

/** Errors of the callers of a medium, not of the medium itself. */
const callers: ReadonlySet<string> = new Set(['FENCED', 'CLOSED'])

/**
 * Makes a watch.
 *
 * Trouble ends with a success that shows it: full disks can still be read, and a record that
 * cannot be read says nothing about the others. What asks for a reload does not end.
 */
export function watchTrouble(onTrouble: OnTrouble | undefined): TroubleWatch {
  let current: StorageError | undefined
  return {
    failed(error) {
      if (error instanceof StorageError && !callers.has(error.code)) {
        if (current?.code !== error.code) onTrouble?.(error)
        current = error
      }
      return error
    },
    succeeded(access, tables) {
      if (current === undefined) return
      const { code, retry } = current
      if (code === 'CORRUPT' ? !tables.includes('chunks') : retry !== 'later') return
      if (code === 'QUOTA' && access === 'read') return
      current = undefined
      onTrouble?.(undefined)
    },
  }
}
