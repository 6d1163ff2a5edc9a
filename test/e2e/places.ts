import { fileURLToPath } from 'node:url'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const here: string = folder('./')
/** Screenshots and traces. */
export const reportFolder: string = folder('../../reports/e2e')
export const demoFolder: string = folder('../../demo/dist')
/** What the server of the tests serves. */
export const siteFolder: string = folder('../dist/site')
export const demoConfig: string = folder('../../demo/server.config.mjs')
export const serverFile: string = folder('../../packages/server/dist/main.js')
export const contractFiles: readonly string[] = [
  folder('../../packages/react-collab/src/store/store.contract.ts'),
  folder('../../packages/react-collab/src/store/branches.contract.ts'),
  folder('../../packages/react-collab/src/store/batches.contract.ts'),
]
