import { createReadStream, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type RequestListener, type ServerResponse, STATUS_CODES } from 'node:http'
import { extname, join, normalize, resolve, sep } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}

interface Found {
  readonly path: string
  readonly size: number
  readonly tag: string
}

/** Serves the files of a folder, and `index.html` for folders in it: for demos. */
export function serveFolder(folder: string): RequestListener {
  const root = resolve(folder)
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405)
    find(root, request.url ?? '/').then(
      (found) => {
        if (found === undefined) return end(response, 404)
        if (request.headers['if-none-match'] === found.tag) return end(response, 304)
        send(response, found, request.method === 'HEAD')
      },
      () => end(response, 500),
    )
  }
}

/** Finds what a request names; nothing outside of `root`, nothing that begins with a dot. */
async function find(root: string, url: string): Promise<Found | undefined> {
  const path = pathOf(url)
  if (path === undefined) return undefined
  const file = join(root, normalize(path))
  if (file !== root && !file.startsWith(root + sep)) return undefined
  const found = await statOf(file)
  if (found?.isDirectory()) return find(root, `${path.replace(/\/$/, '')}/index.html`)
  if (!found?.isFile()) return undefined
  return { path: file, size: found.size, tag: `"${found.size}-${Math.floor(found.mtimeMs)}"` }
}

function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/)[0] ?? '/')
    return path.includes('\0') || /(^|[\\/])\./.test(path) ? undefined : path
  } catch {
    // Not percent-encoded as it should be: there is no such file.
    return undefined
  }
}

const statOf = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined)

function send(response: ServerResponse, { path, size, tag }: Found, isHead: boolean): void {
  response.writeHead(200, {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'content-length': size,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    etag: tag,
  })
  if (isHead) response.end()
  else
    createReadStream(path)
      .on('error', () => response.destroy())
      .pipe(response)
}

function end(response: ServerResponse, status: number): void {
  const text = status === 304 ? undefined : `${status} ${STATUS_CODES[status]}\n`
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
}
