/** Starts the collaboration server together with the built demos, on one port. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { ensureInstalled } from './ensure-installed.mjs'
import { root, runAll } from './run.mjs'

const port = readPort()
const address = `http://localhost:${port}`

// Not another port by itself: browsers keep what was edited offline by address.
await endIfTaken()
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

function readPort() {
  const options = { port: { type: 'string' } }
  const { values } = parseArgs({ options, strict: false })
  const given = String(values.port ?? process.env.PORT ?? 4321)
  const port = Number(given)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  end(`the port must be a number from 1 to 65535; it is ${given}`)
}

async function endIfTaken() {
  // `localhost` is either of these, and a browser takes the one that answers.
  const taken = await Promise.all(['127.0.0.1', '::1'].map(isTaken))
  if (!taken.includes(true)) return
  end(
    `port ${port} is in use, maybe by another \`npm start\`; choose another: npm start -- --port ${port + 1}`,
  )
}

function isTaken(host) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', ({ code }) => resolve(code === 'EADDRINUSE'))
    probe.listen(port, host, () => probe.close(() => resolve(false)))
  })
}

function end(reason) {
  console.error(`npm start: ${reason}`)
  process.exit(1)
}

async function untilItAnswers() {
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 100))
}

function answers() {
  return fetch(address).then(
    () => true,
    () => false,
  )
}
