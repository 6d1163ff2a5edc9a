import { createRequire, isBuiltin } from 'node:module'
import type * as sqlite from '@photostructure/sqlite'
import type { Station } from './lab.js'

const require = createRequire(import.meta.url)
const { DatabaseSync } = require(
  isBuiltin('node:sqlite') ? 'node:sqlite' : '@photostructure/sqlite',
) as typeof sqlite

/**
 * What a server has on its disk of its objects: heads, entries, who writes, what is known of each
 * number. Rows are left out, as they are made of entries, sooner or later.
 */
export async function storedBy(station: Station): Promise<unknown> {
  const db = new DatabaseSync(await station.copy())
  const all = (query: string): unknown => db.prepare(query).all()
  try {
    return {
      heads: all('SELECT id, name, seq, greatest_ms, terms FROM objects ORDER BY id'),
      entries: all('SELECT object, seq, count, events FROM entries ORDER BY object, seq'),
      writers: all('SELECT object, replica, client FROM writers ORDER BY object, replica'),
      hashes: all('SELECT * FROM hashes ORDER BY object, replica, first'),
      removals: all('SELECT * FROM removals ORDER BY name'),
    }
  } finally {
    db.close()
  }
}
