import { CollabError, cut, type Schema, type StorageError, UsageError } from '@react-collab/core'
import { type Client, createClientFrom, type TokenSource } from './client.js'
import { hostPlatform } from './platform.js'
import { guardPage, isInPage } from './page.js'
import { socketTransport } from './socket-transport.js'
import { openIndexedDbDisk } from './store/indexeddb-disk.js'
import { createLocalStore } from './store/local-store.js'
import type { LocalStore } from './store/store.js'
import { singleTab, type Tabs } from './tabs.js'
import { browserTabs, createTabs } from './web-tabs.js'

/** Where edits are kept until the server has them, and the state after. */
export type StoreOption =
  /** This browser's disk: the default. */
  | 'indexeddb'
  /** Nowhere: gone with the page. For tests and for scripts. */
  | 'memory'
  /** A store that was opened elsewhere, such as `openFileStore` of `react-collab/node`. */
  | Promise<LocalStore>

/** Options of `createClient`. */
export interface ClientOptions {
  /** Address of the server, such as `https://collab.example`. */
  readonly url: string
  readonly store?: StoreOption
  /** Name of the database: one per account, so that accounts never mix; by default one per url. */
  readonly name?: string
  /** What the server's `authenticate` gets; a function is asked at each connect. */
  readonly token?: TokenSource
  readonly schema?: Schema
  /** Begins offline; `setOffline(false)` connects. */
  readonly offline?: boolean
}

/**
 * Makes a client; it reads its disk and connects by itself.
 *
 * ```ts
 * const client = createClient({ url: 'https://collab.example' })
 * ```
 * Where the browser has no disk (private mode of some, or denied) it works from memory and says so:
 * status `failed`, code `MEMORY_ONLY`, `client.durable` false. Where pages are rendered on a server
 * it keeps still: it neither stores nor connects.
 */
export function createClient(options: ClientOptions): Client {
  const { url, store = 'indexeddb', token, schema, offline } = options
  const { name = `react-collab ${url}` } = options
  checkUrl(url)
  const platform = hostPlatform
  const onDisk = store === 'indexeddb'
  const isRendering = onDisk && !isInPage()
  let unguard = (): void => undefined
  const client = createClientFrom({
    platform,
    transport: socketTransport(url),
    tabs: onDisk && !isRendering ? tabsOf(name) : singleTab(),
    openStore: (onTrouble) => openStore(isRendering ? 'memory' : store, name, onTrouble),
    token,
    schema,
    offline: offline === true || isRendering,
    onClosed: () => unguard(),
    onEdit: once(() => onDisk && void askToPersist()),
  })
  unguard = guardPage(client)
  return client
}

function tabsOf(name: string): Tabs {
  return typeof BroadcastChannel === 'function'
    ? createTabs(name, hostPlatform, browserTabs)
    : singleTab()
}

async function openStore(
  store: StoreOption,
  name: string,
  onTrouble: (trouble: StorageError | undefined) => void,
): Promise<LocalStore> {
  if (typeof store !== 'string') return store
  if (store === 'memory') return memoryStore()
  try {
    return createLocalStore(await openIndexedDbDisk(name, onTrouble))
  } catch (error) {
    if (!(error instanceof CollabError) || error.code !== 'MEMORY_ONLY') throw error
    onTrouble(error)
    return memoryStore()
  }
}

/** Loaded only where it is wanted: nearly no page needs it. */
async function memoryStore(): Promise<LocalStore> {
  const { createMemoryDisk } = await import('./store/memory-disk.js')
  return createLocalStore(createMemoryDisk())
}

/** Asks the browser not to clear this site's data by itself; it may ask the person. */
async function askToPersist(): Promise<void> {
  await globalThis.navigator?.storage?.persist?.().catch((error) => hostPlatform.report(error))
}

function once(run: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    run()
  }
}

function checkUrl(url: string): void {
  if (/^(https?|wss?):\/\/[^/?#]+\/?$/.test(url)) return
  throw new UsageError(
    'BAD_VALUE',
    `the url of a server is like https://collab.example, not ${cut(url)}`,
  )
}
