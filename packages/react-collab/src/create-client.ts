import { CollabError, cut, type Schema, type StorageError, UsageError } from '@react-collab/core'
import { type Client, createClientFrom, type TokenSource } from './client.js'
import { hostPlatform, renderingPlatform } from './platform.js'
import { guardPage, isInPage } from './page.js'
import { handEdits } from './sign-out.js'
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
  /**
   * A store that was opened elsewhere, such as `openFileStore` of `react-collab/node`. It belongs to
   * this client, which closes it: each client opens one of its own.
   */
  | Promise<LocalStore>

/** Options of `createClient`; all but `url` may be left out. */
export interface ClientOptions {
  /** Address of the server without a path, such as `https://collab.example`; http, https, ws or wss. */
  readonly url: string
  /** `'indexeddb'` by default. */
  readonly store?: StoreOption
  /**
   * Name of the database in IndexedDB: one per account, so that accounts never mix; by default one
   * per url, whoever signs in: with a `token` and no name this is said once. Clients of one name share edits, as the tabs of a browser do. Other stores ignore it.
   */
  readonly name?: string
  /**
   * Who is signed in, in the app's words; none for nobody. Each account has a database of its own within
   * `name`, so that nothing of one is seen, sent or overwritten by another. Any other store belongs to the
   * first account that opens it: for another it is not opened (`OTHER_ACCOUNT`).
   */
  readonly account?: string
  /**
   * Lets the account have the edits that were made here while nobody was signed in, and that no server has;
   * else they stay where they are. False by default.
   */
  readonly adopt?: boolean
  /**
   * What the server's `authenticate` gets, at most 8,192 characters; none by default.
   *
   * A function is asked at each connect, and once more when what it gave is refused; only then the
   * connection is `needs-auth`. It may give undefined for nobody; if it throws, the next try asks
   * again. `client.setToken` takes its place.
   */
  readonly token?: TokenSource
  /** What the app's objects hold, made by `defineSchema`; by default any name is taken. */
  readonly schema?: Schema
  /** Begins offline; `setOffline(false)` connects. False by default. */
  readonly offline?: boolean
}

/**
 * Makes a client; it reads its disk and connects by itself.
 *
 * ```ts
 * const client = createClient({ url: 'https://collab.example' })
 * ```
 * One per page or process: edits are shared by all that use it. `close` ends it.
 *
 * Where the browser has no disk (private mode of some, or denied) it works from memory and says so:
 * status `failed`, code `MEMORY_ONLY`, `client.durable` false. Where pages are rendered on a server
 * it keeps still: it neither stores nor connects, and refuses edits; a script in Node names its store.
 *
 * Errors  `UsageError` BAD_VALUE for options of another shape, and for a store that another client has
 */
export function createClient(options: ClientOptions): Client {
  checkOptions(options)
  const { url, store = 'indexeddb', token, schema, offline } = options
  const { account, adopt = false } = options
  const { name: base = `react-collab ${url}` } = options
  const name = account === undefined ? base : `${base} account ${account}`
  if (typeof store !== 'string') takeStore(store)
  const isNamed = options.name !== undefined || account !== undefined
  if (token !== undefined && !isNamed && store === 'indexeddb') warnOfName()
  const onDisk = store === 'indexeddb'
  const isRendering = onDisk && !isInPage() && typeof indexedDB === 'undefined'
  const platform = isRendering ? renderingPlatform : hostPlatform
  let unguard = (): void => undefined
  const client = createClientFrom({
    platform,
    transport: socketTransport(url),
    tabs: onDisk && !isRendering ? tabsOf(name) : singleTab(),
    async openStore(onTrouble) {
      const opened = await openStore(isRendering ? 'memory' : store, name, onTrouble)
      if (adopt && !isRendering) await adoptFrom(base, opened)
      return opened
    },
    token,
    account,
    schema,
    offline: offline === true || isRendering,
    isStill: isRendering,
    onClosed: () => unguard(),
    onEdit: once(() => onDisk && void askToPersist()),
  })
  unguard = guardPage(client)
  return client
}

/** What cannot be read stays where it is. */
async function adoptFrom(name: string, to: LocalStore): Promise<void> {
  const from = createLocalStore(await openIndexedDbDisk(name))
  try {
    await handEdits(from, to, hostPlatform)
  } finally {
    await from.close()
  }
}

const warnOfName = once(() =>
  hostPlatform.report(
    new UsageError(
      'BAD_VALUE',
      'a client with a token and without a name keeps the edits of all accounts in one place, and sends them for whoever is signed in: give each account a name',
    ),
  ),
)

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
  if (typeof store !== 'string') {
    const opened = await store
    // Whoever gives the same store twice may have wrapped it anew; a promise was looked at before.
    if (opened !== (store as unknown)) takeStore(opened)
    return opened
  }
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

/** Stores, and promises of stores, that a client has. */
const taken = new WeakSet<object>()

/** Two clients of one store would each take the other's edits for their own. */
function takeStore(store: object): void {
  if (taken.has(store)) {
    throw new UsageError('BAD_VALUE', 'this store belongs to another client: open one for each')
  }
  taken.add(store)
}

const isThenable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'then' in value

/** What each option may be, in words and as a test. */
const shapes: readonly (readonly [
  name: keyof ClientOptions,
  text: string,
  test: (value: unknown) => boolean,
])[] = [
  ['store', `'indexeddb', 'memory' or a promise such as openFileStore gives`, isStore],
  ['name', 'text that is not empty', (value) => typeof value === 'string' && value !== ''],
  ['account', 'text that is not empty', (value) => typeof value === 'string' && value !== ''],
  ['adopt', 'true or false', (value) => typeof value === 'boolean'],
  ['token', 'text or a function', (value) => ['string', 'function'].includes(typeof value)],
  ['schema', 'what defineSchema gives', isSchema],
  ['offline', 'true or false', (value) => typeof value === 'boolean'],
]

function isStore(value: unknown): boolean {
  return value === 'indexeddb' || value === 'memory' || isThenable(value)
}

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'objects' in value && 'version' in value
}

function checkOptions(options: unknown): void {
  const example = `createClient({ url: 'https://collab.example' })`
  if (typeof options !== 'object' || options === null) {
    throw new UsageError('BAD_VALUE', `a client needs the address of its server: ${example}`)
  }
  const given = options as Readonly<Record<string, unknown>>
  const known = ['url', ...shapes.map(([name]) => name)] as const
  for (const name of Object.keys(given)) {
    if (known.includes(name as keyof ClientOptions)) continue
    const message = `a client has no option ${cut(name)}: it has ${known.join(', ')}`
    throw new UsageError('BAD_VALUE', message)
  }
  checkUrl(given['url'], example)
  const isOnDisk = (given['store'] ?? 'indexeddb') === 'indexeddb'
  if (given['adopt'] === true && (given['account'] === undefined || !isOnDisk))
    throw new UsageError('BAD_VALUE', 'adopt is for an account, on the disk of a browser')
  for (const [name, text, test] of shapes) {
    const value = given[name]
    if (value === undefined || test(value)) continue
    throw new UsageError(
      'BAD_VALUE',
      `the option ${name} of a client is ${text}, not ${cut(value)}`,
    )
  }
}

function checkUrl(url: unknown, example: string): void {
  if (typeof url === 'string' && /^(https?|wss?):\/\/[^/?#]+\/?$/.test(url)) return
  const given = url === undefined ? 'missing' : cut(url)
  throw new UsageError('BAD_VALUE', `the url of a server is as in ${example}; this one is ${given}`)
}
