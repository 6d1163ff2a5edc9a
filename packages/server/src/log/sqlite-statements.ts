import type { Database } from './sqlite-open.js'

/** A statement of an open database. */
export type Statement = ReturnType<Database['prepare']>

/** Prepares each statement when it is first used: one that writes cannot be where a file is read. */
export function prepareLazily<K extends string>(
  db: Database,
  texts: Readonly<Record<K, string>>,
): Readonly<Record<K, Statement>> {
  const prepared = {} as Record<K, Statement>
  for (const name of Object.keys(texts) as K[]) {
    Object.defineProperty(prepared, name, {
      configurable: true,
      get: () => {
        const value = db.prepare(texts[name])
        Object.defineProperty(prepared, name, { value })
        return value
      },
    })
  }
  return prepared
}
