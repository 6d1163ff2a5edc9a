/** Finds a browser for the end-to-end tests, or installs one. */
import { spawnSync } from 'node:child_process'
import { findChromium } from './chromium.mjs'
import { root } from './run.mjs'

const ways = [
  () => undefined,
  () => tell('npx', 'playwright', 'install', 'chromium'),
  () => process.platform === 'linux' && installWithApt(),
]

const found = firstThatWorks()
if (found === undefined) {
  console.error('No Chromium found. Install Google Chrome or Chromium, or set CHROMIUM_PATH.')
  process.exit(1)
}
console.log(`chromium: ${found}`)

function firstThatWorks() {
  for (const way of ways) {
    way()
    const path = findChromium()
    if (path !== undefined) return path
  }
  return undefined
}

function installWithApt() {
  const apt = process.getuid() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get']
  const quietly = ['-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300']
  if (tell(...apt, 'update', '-qq')) tell(...apt, 'install', ...quietly, 'chromium')
}

function tell(command, ...args) {
  console.log(`$ ${command} ${args.join(' ')}`)
  return (
    spawnSync(command, args, {
      cwd: root,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    }).status === 0
  )
}
