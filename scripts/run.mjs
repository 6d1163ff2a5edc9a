import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root folder of the repository, without a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')

/** The folders under packages/ whose contents are published. */
export const packages = ['core', 'react-collab', 'server']

const windows = process.platform === 'win32'

/**
 * Runs a command at the root, shows its output unless `quiet`, and resolves to its exit code and the end of its
 * output. Installed tools (`tsc`, `vitest`, …) are found without npx. After `limitMs` the command
 * and its children are ended.
 */
export function run(command, args = [], { env = {}, limitMs = 0, quiet = false } = {}) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...colour(), ...process.env, PATH: withTools(process.env.PATH), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: windows,
    detached: !windows,
  })
  const onSignal = (signal) => {
    stopTree(child, signal)
    process.exit(130)
  }
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const timer = limitMs > 0 ? setTimeout(stopTree, limitMs, child, 'SIGKILL') : undefined
  let tail = ''
  const show = (stream) => (chunk) => {
    if (!quiet) stream.write(chunk)
    tail = (tail + chunk).slice(-20_000)
  }
  child.stdout.on('data', show(process.stdout))
  child.stderr.on('data', show(process.stderr))
  return new Promise((resolve) => {
    const finish = (code) => {
      clearTimeout(timer)
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
      resolve({ code, tail })
    }
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`)
      finish(127)
    })
    child.on('close', (code) => finish(code ?? 1))
  })
}

/** Runs commands one after the other; the first that fails ends this process with its code. */
export async function runAll(...commands) {
  for (const [command, ...args] of commands) {
    const { code } = await run(command, args)
    if (code !== 0) process.exit(code)
  }
}

function withTools(path = '') {
  return `${root}/node_modules/.bin${delimiter}${path}`
}

function colour() {
  return process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
}

function stopTree(child, signal) {
  if (child.pid === undefined || child.exitCode !== null) return
  if (windows) child.kill(signal)
  else process.kill(-child.pid, signal)
}
