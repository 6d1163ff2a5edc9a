import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'

const { env, platform } = process

/**
 * Path of a browser of the Chromium family, or undefined: CHROMIUM_PATH, else an installed Chrome,
 * Chromium, Edge or Brave, else Playwright's own.
 */
export function findChromium() {
  return env.CHROMIUM_PATH || installed().find((path) => existsSync(path)) || playwrightsOwn()
}

function playwrightsOwn() {
  try {
    const require = createRequire(import.meta.url)
    const path = require('@playwright/test').chromium.executablePath()
    return existsSync(path) ? path : undefined
  } catch {
    return undefined // Playwright is not installed
  }
}

function installed() {
  if (platform === 'darwin') return onMac()
  if (platform === 'win32') return onWindows()
  return ['/opt/google/chrome/chrome', ...onPath()]
}

function onMac() {
  return ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'].flatMap((name) =>
    ['', env.HOME ?? ''].map((home) => `${home}/Applications/${name}.app/Contents/MacOS/${name}`),
  )
}

function onWindows() {
  return [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA]
    .filter(Boolean)
    .flatMap((folder) => [
      join(folder, 'Google/Chrome/Application/chrome.exe'),
      join(folder, 'Microsoft/Edge/Application/msedge.exe'),
      join(folder, 'Chromium/Application/chrome.exe'),
    ])
}

function onPath() {
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser']
  const folders = (env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name)))
}
