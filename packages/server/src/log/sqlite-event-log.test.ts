import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, clock, eventLogContract } from './event-log.contract.js'
import { openSqliteEventLog } from './sqlite-event-log.js'
import { purgeContract } from './purge.contract.js'
import { removalContract } from './removal.contract.js'
import { stateContract } from './state.contract.js'

const onFatal = (error: Error): void => {
  throw error
}
let opening = 0

const createBench = async (): Promise<Bench> => {
  const folder = await mkdtemp(join(tmpdir(), 'collab-log-'))
  const path = join(folder, 'new', 'log.sqlite')
  return {
    open: (options) => {
      const now = (): number => clock.now
      return openSqliteEventLog({ path, onFatal, now, opening: `${++opening}`, ...options })
    },
    backup: () => copyFile(path, `${path}.copy`),
    restore: () => copyFile(`${path}.copy`, path),
    destroy: () => rm(folder, { recursive: true, force: true }),
  }
}

eventLogContract('SQLite', createBench)
stateContract('SQLite', createBench)
purgeContract('SQLite', createBench)
removalContract('SQLite', createBench)
