/** What an app pays in bytes: minified and compressed, React left out. */
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { result } from '../lib/table.mjs'

const app = `export {
  createClient, CollabProvider, useSharedObject, useRows, useSyncStatus, useOutbox,
} from 'react-collab'`
const libraries = `export { io } from 'socket.io-client'
export { openDB, unwrap, wrap } from 'idb'`

async function kibibytes(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    external: ['react', 'react/jsx-runtime'],
    logLevel: 'error',
  })
  const bytes = outputFiles.reduce(
    (sum, file) => sum + gzipSync(file.contents, { level: 9 }).length,
    0,
  )
  return bytes / 1024
}

export async function size() {
  return [
    result({
      what: 'app of objects and rows, minified + gzip',
      unit: 'KiB',
      ours: await kibibytes(app),
      floor: await kibibytes(libraries),
      floorName: 'socket.io-client + idb',
      most: 21.5,
    }),
  ]
}
