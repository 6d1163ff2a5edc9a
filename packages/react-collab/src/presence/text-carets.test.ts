import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import type { SharedObject } from '../shared-object.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { colorOf, inkOn } from './color.js'
import { presenceOf } from './presence.js'
import { TextCarets } from './text-carets.js'

let server: FakeServer
const open: Client[] = []

beforeEach(() => {
  server = createFakeServer()
})
afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})

const tick = (ms = 0): Promise<unknown> => new Promise((next) => setTimeout(next, ms))

interface Desk {
  readonly client: Client
  readonly object: SharedObject
  readonly carets: TextCarets
}

async function sit(): Promise<Desk> {
  const client = createTestClient(server)
  open.push(client)
  const { object } = client.open('doc')
  await client.loaded('doc')
  const carets = new TextCarets(object, 'body')
  carets.subscribe(() => undefined)
  return { client, object, carets }
}

/** Waits until what was told has come. */
const told = (): Promise<unknown> => tick(130)
const placesOf = ({ carets }: Desk): unknown[] =>
  carets.all.map(({ name, anchor, head }) => [name, anchor, head])

describe('[CAR1] carets of others', () => {
  it('follow all edits, and keep out what is inserted at the ends of a selection', async () => {
    const [a, b] = [await sit(), await sit()]
    a.object.text('body').insert(0, 'hello world')
    a.carets.share({ anchor: 6, head: 11 }, { name: 'Ada' })
    await expect.poll(() => placesOf(b)).toEqual([['Ada', 6, 11]])
    b.object.text('body').insert(0, '>> ')
    expect(placesOf(b)).toEqual([['Ada', 9, 14]])
    b.object.text('body').insert(9, 'big ')
    b.object.text('body').insert(b.object.text('body').length, '!')
    expect(placesOf(b)).toEqual([['Ada', 13, 18]])
    b.object.text('body').remove(0, 13)
    expect(placesOf(b)).toEqual([['Ada', 0, 5]])
    b.object.text('body').remove(0, 6)
    expect(placesOf(b)).toEqual([['Ada', 0, 0]])
    expect(b.carets.all).toBe(b.carets.all)
  })

  it('stay where they were until what they hold on to has come', async () => {
    const [a, b] = [await sit(), await sit()]
    const text = a.object.text('body')
    text.insert(0, 'abc')
    a.carets.share({ anchor: 1, head: 1 }, { name: 'Ada' })
    await expect.poll(() => placesOf(b)).toEqual([['Ada', 1, 1]])
    server.isSilent = true
    text.insert(3, 'def')
    a.carets.share({ anchor: 6, head: 6 }, { name: 'Ada' })
    await told()
    expect(b.object.text('body').toString()).toBe('abc')
    b.object.text('body').insert(0, '-')
    expect(placesOf(b)).toEqual([['Ada', 2, 2]])
    server.isSilent = false
    a.client.reconnect({ fresh: true })
    await expect.poll(() => b.object.text('body').toString()).toBe('-abcdef')
    await expect.poll(() => placesOf(b)).toEqual([['Ada', 7, 7]])
  })

  it('are those of one text, and one tab has one', async () => {
    const [a, b] = [await sit(), await sit()]
    const title = new TextCarets(a.object, 'title')
    a.object.text('title').insert(0, 'xy')
    a.carets.share({ anchor: 0, head: 0 }, { name: 'Ada' })
    await expect.poll(() => placesOf(b)).toEqual([['Ada', 0, 0]])
    title.share({ anchor: 1, head: 1 }, { name: 'Ada' })
    a.carets.hide()
    await expect.poll(() => placesOf(b)).toEqual([])
    const theirs = new TextCarets(b.object, 'title')
    expect(theirs.all).toMatchObject([{ anchor: 1, head: 1 }])
    title.hide()
    await expect.poll(() => theirs.all).toEqual([])
  })

  it('whatever others tell breaks nothing', async () => {
    const [a, b] = [await sit(), await sit()]
    const bad = [
      5,
      'here',
      [],
      { at: ['', 'body'] },
      { at: ['', 'body'], anchor: ['', 0, 'middle'], head: ['', 0, 'before'] },
      { at: ['', 'body'], anchor: ['constructor', 1, 'before'], head: ['', 0, 'before'] },
      { at: ['', 'body'], anchor: ['abcd1234', -5, 'before'], head: ['', 0, 'before'] },
    ]
    for (const caret of bad) {
      presenceOf(a.object).showCaret(caret as never)
      await told()
      expect(placesOf(b)).toEqual([])
    }
    presenceOf(a.object).showCaret({
      at: ['', 'body'],
      anchor: ['', 0, 'before'],
      head: ['', 0, 'before'],
      name: 'x'.repeat(500),
      color: 'url(//evil)',
    })
    await expect.poll(() => b.carets.all.length).toBe(1)
    const [caret] = b.carets.all
    expect(caret?.name).toHaveLength(64)
    expect(caret?.color).toMatch(/^#[0-9a-f]{6}$/)
  })
})

it('[CAR2] a name has one colour everywhere, and what is written on a colour can be read', () => {
  expect(colorOf('Ada')).toBe(colorOf('Ada'))
  const colors = new Set(Array.from({ length: 200 }, (_, i) => colorOf(`tab ${i}`)))
  expect(colors.size).toBeGreaterThan(8)
  for (const color of [...colors, '#000000', '#ffffff', '#777777'])
    expect(contrastOf(color, inkOn(color))).toBeGreaterThan(4.5)
})

function contrastOf(a: string, b: string): number {
  const luminance = (color: string): number =>
    [1, 3, 5]
      .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, i) => sum + part * ([0.2126, 0.7152, 0.0722][i] as number), 0)
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}
