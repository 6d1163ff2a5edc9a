/** Recorded editing, kept outside of the project. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const folder =
  process.env.COLLAB_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

/** Where a trace is; undefined where there is none. */
export function tracePath(name) {
  const path = `${folder}/traces/${name}.json.gz`
  return existsSync(path) ? path : undefined
}

/** Where traces are looked for. */
export const traceFolder = `${folder}/traces`

const read = (name) => JSON.parse(gunzipSync(readFileSync(tracePath(name))))

/** What one author typed: `[index, removed, inserted]` in order, and the text it comes to. */
export function readTrace(name) {
  const { txns, endContent } = read(name)
  return { edits: txns.flatMap(({ patches }) => patches), endContent }
}

/** What several typed at a time: transactions with their author and their parents. */
export const readConcurrentTrace = (name) => read(name)
