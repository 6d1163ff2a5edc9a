import { existsSync, readFileSync } from 'node:fs'
import { root, run } from './run.mjs'

/** Installs the dependencies when they are missing or not those of package-lock.json. */
export async function ensureInstalled() {
  requireNode(20, 19)
  if (isInstalled()) return
  console.log('installing dependencies (npm ci) …')
  const { code } = await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'])
  if (code !== 0) process.exit(code)
}

/** Does node_modules hold every package, in the version that the lock names? */
function isInstalled() {
  const hidden = `${root}/node_modules/.package-lock.json`
  if (!existsSync(hidden)) return false
  const installed = packagesOf(hidden)
  return Object.entries(packagesOf(`${root}/package-lock.json`)).every(
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
