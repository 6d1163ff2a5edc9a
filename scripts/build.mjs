/** Builds the packages (`tsc -b`, incremental) and the demos, if anything of theirs changed. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { ensureInstalled } from './ensure-installed.mjs'
import { root, runAll } from './run.mjs'

const demoSources = [
  'demo',
  'packages/core/src',
  'packages/react-collab/src',
  'vite.config.ts',
  'package-lock.json',
]

await ensureInstalled()
await runAll(['tsc', '-b'])
if (isDemoStale()) await runAll(['vite', 'build', 'demo', '--config', 'vite.config.ts'])

function isDemoStale() {
  const built = `${root}/demo/dist/index.html`
  if (process.argv.includes('--force') || !existsSync(built)) return true
  return Math.max(...demoSources.map(newestChange)) > statSync(built).mtimeMs
}

function newestChange(path) {
  const { mtimeMs } = statSync(`${root}/${path}`)
  if (!statSync(`${root}/${path}`).isDirectory()) return mtimeMs
  const inside = readdirSync(`${root}/${path}`)
    .filter((name) => !['dist', 'node_modules'].includes(name))
    .map((name) => newestChange(`${path}/${name}`))
  return Math.max(0, ...inside)
}
