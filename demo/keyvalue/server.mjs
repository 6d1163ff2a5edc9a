import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const executable = fileURLToPath(new URL('../../packages/server/dist/main.js', import.meta.url))

/** Starts a server of our own on a free port; it keeps its events in memory. */
export async function startServer() {
  const child = spawn(process.execPath, [executable, '--port=0', '--data=:memory:'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill())
  const port = await portOf(child)
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => child.kill(),
  }
}

/** Its log, a line of JSON each, tells where it listens. */
function portOf(child) {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      const found = /"port":(\d+)/.exec(text)
      if (found !== null) resolve(Number(found[1]))
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code}`)))
  })
}
