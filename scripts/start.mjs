/** Starts the collaboration server together with the built demos, on one port. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { ensureInstalled } from './ensure-installed.mjs'
import { root, runAll } from './run.mjs'

const port = process.env.PORT ?? '4321'
const address = `http://localhost:${port}`

await ensureInstalled()
await runAll(['node', 'scripts/build.mjs'])
mkdirSync(`${root}/.data`, { recursive: true })

const server = spawn(
  process.execPath,
  [
    'packages/server/dist/main.js',
    `--port=${port}`,
    '--data=.data/contacts.sqlite',
    '--static=demo/dist',
    '--config=demo/server.config.mjs',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal))
server.on('exit', (code) => process.exit(code ?? 0))

await untilItAnswers()
console.log(`\n  The demos are at ${address}  (Ctrl-C stops them)\n`)

async function untilItAnswers() {
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 100))
}

function answers() {
  return fetch(address).then(
    () => true,
    () => false,
  )
}
