/** The one configuration of the demos (a multi-page app) and of the vitest projects. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defaultServerConditions, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const demoDir = fileURLToPath(new URL('demo/', import.meta.url))
const serverUrl = `http://localhost:${process.env['COLLAB_PORT'] ?? '4321'}`

/** Packages are read from their sources: neither tests nor demos need a build. */
const fromSource = {
  resolve: { conditions: ['source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] } },
}

/** `demo/index.html` and every `demo/<name>/index.html`. */
function demoPages(): string[] {
  return readdirSync(demoDir, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) =>
        /^([\w-]+[\\/])?index\.html$/.test(path) && !/^(dist|public|node_modules)/.test(path),
    )
    .map((path) => demoDir + path)
}

/** Every page opens without a network, whatever its query string; a new version is offered, not forced. */
function offlinePages(): Plugin[] {
  return VitePWA({
    registerType: 'prompt',
    injectRegister: null,
    includeManifestIcons: false,
    manifest: {
      id: '/contacts/',
      name: 'Contacts, a react-collab demo',
      short_name: 'Contacts',
      description: 'An address book for many people and devices that works offline.',
      start_url: '/contacts/',
      scope: '/',
      display: 'standalone',
      background_color: '#f5f4f0',
      theme_color: '#f5f4f0',
      shortcuts: [
        { name: 'Contacts', url: '/contacts/' },
        { name: 'Todos', url: '/todo/' },
        { name: 'Notes', url: '/notes/' },
        { name: 'Library', url: '/library/' },
      ],
      icons: [
        { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
        { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
        { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
        { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      ],
    },
    workbox: {
      globPatterns: ['**/*.{html,js,css,svg,png,woff2}'],
      ignoreURLParametersMatching: [/.*/],
      navigateFallback: null,
      // `/contacts`, without the slash that the precache wants.
      runtimeCaching: [{ urlPattern: isPage, handler: pageFromCache }],
    },
  })
}

// These two run in the service worker: they are copied there as text and see nothing of this file.

function isPage({ request }: { request: Request }): boolean {
  return request.mode === 'navigate'
}

async function pageFromCache({ request }: { request: Request }): Promise<Response> {
  const { pathname } = new URL(request.url)
  const page = `${pathname.replace(/\/+$/, '')}/index.html`
  return (await caches.match(page, { ignoreSearch: true })) ?? fetch(request)
}

interface Project {
  readonly name: string
  readonly folder: string
  readonly environment?: 'node' | 'happy-dom'
  readonly setupFiles?: string[]
  /** Are there `*.test-d.ts` files, whose types are the test? */
  readonly hasTypeTests?: boolean
}

function project({
  name,
  folder,
  environment = 'node',
  setupFiles = [],
  hasTypeTests = false,
}: Project): TestProjectInlineConfiguration {
  return {
    ...fromSource,
    test: {
      // A machine that also builds something else is no failure.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      name,
      environment,
      setupFiles,
      include: [`${folder}/**/*.test.{ts,tsx}`],
      exclude: ['**/node_modules/**', '**/dist/**', 'test/e2e/**'],
      typecheck: {
        enabled: hasTypeTests,
        include: [`${folder}/**/*.test-d.{ts,tsx}`],
        tsconfig: `${folder.replace(/\/src$/, '')}/tsconfig.tests.json`,
        ignoreSourceErrors: true,
      },
    },
  }
}

export default defineConfig({
  ...fromSource,
  plugins: process.env['VITEST'] ? [] : [react(), offlinePages()],
  build: {
    rolldownOptions: { input: demoPages() },
    target: 'es2022',
  },
  server: {
    port: 5173,
    proxy: { '/socket.io': { target: serverUrl, ws: true, headers: { origin: serverUrl } } },
  },
  test: {
    projects: [
      project({ name: 'core', folder: 'packages/core/src', hasTypeTests: true }),
      project({ name: 'server', folder: 'packages/server/src' }),
      project({
        name: 'react-collab',
        folder: 'packages/react-collab/src',
        environment: 'happy-dom',
        setupFiles: ['fake-indexeddb/auto'],
        hasTypeTests: true,
      }),
      project({ name: 'demo', folder: 'demo' }),
      project({ name: 'system', folder: 'test' }),
    ],
  },
})
