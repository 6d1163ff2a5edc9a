import { existsSync, readFileSync } from 'node:fs'
import { root, run } from './run.mjs'

/** Installs a folder's dependencies when they are missing or not those of its package-lock.json. */
export async function ensureInstalled(folder = root) {
  requireNode(20, 19)
  if (isInstalled(folder)) return
  console.log('installing dependencies (npm ci) …')
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--prefix', folder]
  const { code } = await run('npm', args)
  if (code !== 0) process.exit(code)
}

/** Does node_modules hold every package, in the version that the lock names? */
function isInstalled(folder) {
  const hidden = `${folder}/node_modules/.package-lock.json`
  if (!existsSync(hidden)) return false
  const installed = packagesOf(hidden)
  return Object.entries(packagesOf(`${folder}/package-lock.json`)).every(
    ([path, { version, optional, link }]) =>
      path === '' || optional || link || installed[path]?.version === version,
  )
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages
}

function requireNode(major, minor) {
  const [hasMajor, hasMinor] = process.versions.node.split('.').map(Number)
  if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return
  console.error(`Node ${major}.${minor} or newer is needed; this is ${process.version}.`)
  process.exit(1)
}
