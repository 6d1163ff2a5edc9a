import {
  applyEvent,
  createObjectState,
  defineSchema,
  type Event,
  object,
  type ObjectId,
  rowName,
  shared,
  value,
} from '@react-collab/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Client, createClientFrom } from '../client.js'
import type { SharedObject } from '../shared-object.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { createTables, type Tables } from '../store/tables.js'
import { createFakeBrowser, type FakeBrowser } from '../testing/fake-browser.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createManualPlatform, type ManualPlatform } from '../testing/manual-platform.js'
import { createTabs } from '../web-tabs.js'
import { comparePlaces, placeIn } from './place.js'
import type { RowWindow } from './row-window.js'

const schema = defineSchema({
  book: object({
    title: value<string>(),
    contacts: shared({ name: value<string>(), at: value<number>() }, { windowed: ['name', 'at'] }),
  }),
})

const id = 'book' as ObjectId

/** The first names again and again, so that many are equal. */
const names = ['ada', 'Ben', 'Cleo', 'item 9', 'item 10', 'Émile', '', 'refused']

/** Two browsers, one of them with two tabs, on one server. */
interface World {
  readonly platform: ManualPlatform
  readonly server: FakeServer
  readonly tabs: (Tab | undefined)[]
}

interface Tab {
  readonly client: Client
  readonly book: SharedObject
  readonly all: RowWindow
  readonly part: RowWindow
}

const isRefused = ([, , patches]: Event): string | undefined =>
  patches.some((patch) => patch[0] === '=' && patch[3] === 'refused') ? 'refused' : undefined

function createWorld(): World & { open(index: number): void } {
  const platform = createManualPlatform()
  const server = createFakeServer(() => platform.time)
  server.refuse = isRefused
  const devices: [FakeBrowser, Tables][] = [
    [createFakeBrowser(), createTables({ isGuarded: true })],
    [createFakeBrowser(), createTables({ isGuarded: true })],
  ]
  let draw = 1
  const random = (): number => (draw = (draw * 16_807) % 2_147_483_647) / 2_147_483_647
  const tabs: (Tab | undefined)[] = []
  return {
    platform,
    server,
    tabs,
    open(index) {
      const [browser, tables] = devices[index === 2 ? 1 : 0] as [FakeBrowser, Tables]
      const client = createClientFrom({
        platform: { ...platform, random },
        transport: server,
        tabs: createTabs('db', platform, browser.open()),
        openStore: async () => createLocalStore(createMemoryDisk({ tables, durable: true })),
        schema,
      })
      const book = client.open('book', schema.objects.book).object
      const all = book.window('contacts', { orderBy: 'name' })
      const part = book.window('contacts', { orderBy: 'at', descending: true })
      all.want(0, 1000)
      part.want(0, 3, 0)
      for (const window of [all, part]) window.subscribe(() => undefined)
      tabs[index] = { client, book, all, part }
    },
  }
}

type Step =
  | { readonly type: 'add'; readonly tab: number; readonly row: number; readonly name: number }
  | {
      readonly type: 'name' | 'at'
      readonly tab: number
      readonly row: number
      readonly to: number
    }
  | { readonly type: 'remove' | 'restore'; readonly tab: number; readonly row: number }
  | { readonly type: 'scroll'; readonly tab: number; readonly start: number }
  | { readonly type: 'reopen'; readonly tab: number }
  | { readonly type: 'offline'; readonly tab: number; readonly is: boolean }

const tab = fc.nat({ max: 2 })
const row = fc.nat({ max: 11 })
const step: fc.Arbitrary<readonly [Step, pause: number]> = fc.tuple(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ type: fc.constant('add'), tab, row, name: fc.nat({ max: 7 }) }),
    fc.record({ type: fc.constantFrom('name', 'at'), tab, row, to: fc.nat({ max: 7 }) }),
    fc.record({ type: fc.constantFrom('remove', 'restore'), tab, row }),
    fc.record({ type: fc.constant('scroll'), tab, start: fc.nat({ max: 8 }) }),
    fc.record({ type: fc.constant('reopen'), tab }),
    fc.record({ type: fc.constant('offline'), tab, is: fc.boolean() }),
  ),
  fc.constantFrom(0, 0, 1, 3, 40, 3000),
)

async function take(world: ReturnType<typeof createWorld>, made: Step): Promise<void> {
  const at = world.tabs[made.tab] as Tab
  const { book, client } = at
  if (made.type === 'add')
    book.add('contacts', { id: `r${made.row}`, name: names[made.name], at: made.row })
  if (made.type === 'name') book.update('contacts', `r${made.row}`, { name: names[made.to] })
  if (made.type === 'at') book.update('contacts', `r${made.row}`, { at: made.to })
  if (made.type === 'remove') book.remove('contacts', `r${made.row}`)
  if (made.type === 'restore') book.restore('contacts', `r${made.row}`)
  if (made.type === 'scroll') at.part.want(made.start, 3, made.start % 2)
  if (made.type === 'offline') client.setOffline(made.is)
  if (made.type === 'reopen') {
    const closed = client.close()
    await world.platform.pass(3000)
    await closed
    world.open(made.tab)
  }
}

/** The rows as one who has the whole log in memory sorts them. */
function expected(log: readonly Event[], field: string): readonly Record<string, unknown>[] {
  const state = createObjectState()
  for (const event of log) applyEvent(state, event)
  return [...state.rows]
    .filter(([, { values }]) => values.$del !== true)
    .map(([key, found]) => ({ key, found, place: placeIn([id, 1], field, key, found) }))
    .sort((a, b) => comparePlaces(a.place, b.place))
    .map(({ key, found: { values } }) => {
      const { $del: _, ...fields } = values
      return { id: rowName(key), ...fields }
    })
}

test('[WIN7] shows what one would see who had all rows in memory, whatever is written, refused, reopened', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const world = createWorld()
      for (const index of [0, 1, 2]) world.open(index)
      await world.platform.pass(100)
      const starts = [0, 0, 0]
      for (const [made, pause] of steps) {
        if (made.type === 'scroll') starts[made.tab] = made.start
        if (made.type === 'reopen') starts[made.tab] = 0
        await take(world, made)
        await world.platform.pass(pause)
      }
      for (const { client } of world.tabs as Tab[]) client.setOffline(false)
      await world.platform.pass(60_000)
      const log = world.server.log(id)
      const byName = expected(log, 'name')
      const byAt = expected(log, 'at').toReversed()
      for (const [i, { all, part }] of (world.tabs as Tab[]).entries()) {
        const where = `tab ${i}`
        expect(all.read()?.rows, where).toEqual(byName)
        expect(all.read(), where).toMatchObject({
          total: byName.length,
          start: 0,
          isLoading: false,
        })
        const shown = part.read()
        expect(shown?.total, where).toBe(byAt.length)
        const start = starts[i] as number
        expect(shown?.rows, where).toEqual(byAt.slice(start, start + 3))
      }
      expect(world.platform.errors).toEqual([])
      for (const { client } of world.tabs as Tab[]) void client.close()
      await world.platform.pass(5000)
    }),
    { numRuns: 40 },
  )
}, 120_000)
