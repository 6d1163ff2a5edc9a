/** Processes that answer calls: the parent's side. */
import { fork } from 'node:child_process'
import { mkdirSync } from 'node:fs'

const running = new Set()

/**
 * Forks a module of `actors/`; `call` asks it to do something and resolves to the result.
 *
 * With `profile`, a folder, it leaves a CPU profile there when it stops.
 */
export function startActor(module, { name = module, profile, execArgv = [] } = {}) {
  if (profile !== undefined) {
    mkdirSync(profile, { recursive: true })
    execArgv = [...execArgv, '--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-interval=200']
    execArgv.push(`--cpu-prof-name=${name}.cpuprofile`)
  }
  const child = fork(new URL(`../actors/${module}.mjs`, import.meta.url), [], { execArgv })
  const waiting = new Map()
  let calls = 0
  running.add(child)
  const ended = new Promise((resolve) => {
    child.once('exit', (code) => {
      running.delete(child)
      for (const { reject } of waiting.values()) reject(new Error(`${name} ended with ${code}`))
      resolve()
    })
  })
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) resolve(result)
    else reject(new Error(`${name}: ${error}`))
  })
  return {
    call(method, params = {}) {
      const id = ++calls
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        child.send({ id, method, params })
      })
    },
    async stop() {
      if (child.connected) child.send({ id: 0, method: 'stop' })
      await ended
    },
  }
}

/** Ends what is left when this process does. */
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
