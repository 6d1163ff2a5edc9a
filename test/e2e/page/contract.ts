/// <reference types="vite/client" />
/** Runs the contract of stores on this browser's own IndexedDB. */
import { runTest, testTitles } from './vitest-shim.js'

/** What a test can do in this page. */
export interface Contract {
  readonly titles: string[]
  run(title: string): Promise<void>
}

declare global {
  interface Window {
    readonly contract: Contract
  }
}

interface Modules {
  readonly storeContract: (name: string, medium: () => Promise<{ open(): unknown }>) => void
  readonly branchContract: Modules['storeContract']
  readonly batchContract: Modules['storeContract']
  readonly openIndexedDbDisk: (name: string) => Promise<unknown>
}

// By path: the packages do not export what only tests need.
const found = import.meta.glob<Partial<Modules>>(
  [
    '../../../packages/react-collab/src/store/store.contract.ts',
    '../../../packages/react-collab/src/store/branches.contract.ts',
    '../../../packages/react-collab/src/store/batches.contract.ts',
    '../../../packages/react-collab/src/store/indexeddb-disk.ts',
  ],
  { eager: true },
)
const { storeContract, branchContract, batchContract, openIndexedDbDisk } = Object.assign(
  {},
  ...Object.values(found),
) as Modules

let databases = 0
for (const contract of [storeContract, branchContract, batchContract]) {
  contract('IndexedDB', () => {
    const name = `contract ${++databases}`
    return Promise.resolve({ open: () => openIndexedDbDisk(name) })
  })
}

Object.assign(window, { contract: { titles: testTitles(), run: runTest } satisfies Contract })
