import { cpSync, existsSync, rmSync } from 'node:fs'
import { build, defaultClientConditions } from 'vite'
import { demoFolder, here, siteFolder } from './places.js'

/** Puts together what the server of the tests serves: the built demos, and a page of the tests. */
async function prepare(): Promise<void> {
  if (!existsSync(`${demoFolder}/index.html`)) {
    throw new Error('the demos are not built: run `npm run build` first')
  }
  rmSync(siteFolder, { recursive: true, force: true })
  cpSync(demoFolder, siteFolder, { recursive: true })
  const page = `${here}page`
  await build({
    configFile: false,
    root: page,
    base: '/lab/',
    logLevel: 'warn',
    resolve: {
      conditions: ['source', ...defaultClientConditions],
      alias: { vitest: `${page}/vitest-shim.ts` },
    },
    build: {
      outDir: `${siteFolder}/lab`,
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { input: [`${page}/index.html`, `${page}/contract.html`] },
    },
  })
}

// oxlint-disable-next-line import/no-default-export -- Playwright asks for one
export default prepare
