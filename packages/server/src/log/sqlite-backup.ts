import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Database, sqliteDriver } from './sqlite-open.js'

/** Pages copied at a time: about a megabyte, which commits wait for. */
const pagesAtOnce = 256

/**
 * Copies a database that goes on being written; what is committed meanwhile is in the copy too.
 *
 * The file has its name when it is whole and on the disk.
 */
export async function backUp(db: Database, path: string): Promise<void> {
  // Over a live or an older data file a copy would meet that one's write-ahead log.
  if (existsSync(path)) throw new Error('there is a file of this name already')
  const part = `${path}.part`
  try {
    mkdirSync(dirname(path), { recursive: true })
    rmSync(part, { force: true })
    await sqliteDriver().backup(db, part, { rate: pagesAtOnce })
    sync(part)
    renameSync(part, path)
    sync(dirname(path))
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
