/** The end-to-end tests: the built demos and the real server, in a real browser. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from '@playwright/test'

const reports = fileURLToPath(new URL('../../reports/', import.meta.url))

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  globalSetup: './global-setup.ts',
  outputDir: `${reports}e2e`,
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  forbidOnly: true,
})
