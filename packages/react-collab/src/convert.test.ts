import { counter, object as kind, UsageError, value } from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from './client.js'
import { convert, type Converter } from './convert.js'
import { hostPlatform } from './platform.js'
import type { SharedObject } from './shared-object.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'

/** An app's own shape. */
class Task {
  readonly title: string
  readonly due: Date | undefined
  readonly tags: ReadonlySet<string>

  constructor(title: string, due?: Date, tags: Iterable<string> = []) {
    this.title = title
    this.due = due
    this.tags = new Set(tags)
  }

  titled(title: string): Task {
    return new Task(title, this.due, this.tags)
  }
}

interface Fields {
  readonly title?: string
  readonly due?: string
  readonly tags?: readonly string[]
}

const taskConverter: Converter<Task, Fields> = {
  fromObject({ title = '', due, tags = [] }) {
    if (title === 'bad') throw new RangeError('a bad title')
    return new Task(title, due === undefined ? undefined : new Date(due), tags)
  },
  toObject({ title, due, tags }) {
    if (title === 'worse') throw new RangeError('a worse title')
    return { title, due: due?.toISOString(), tags: [...tags].sort() } as Fields
  },
}

let server: FakeServer
const open: Client[] = []

beforeEach(() => {
  server = createFakeServer()
})
afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})

interface Desk {
  readonly client: Client
  readonly object: SharedObject
  readonly reports: unknown[]
  /** Lets a converter take this long, ms. */
  wait(ms: number): void
}

async function sit(parts = {}): Promise<Desk> {
  const reports: unknown[] = []
  let late = 0
  const platform = {
    ...hostPlatform,
    now: () => hostPlatform.now() + late,
    report: (error: unknown) => void reports.push(error),
  }
  const client = createTestClient(server, { platform, ...parts })
  open.push(client)
  const { object } = client.open('task-1')
  await client.loaded('task-1')
  return { client, object, reports, wait: (ms) => void (late += ms) }
}

async function settled(): Promise<void> {
  for (let calm = 0; calm < 5; ) {
    await new Promise((next) => setTimeout(next, 5))
    const isCalm = open.every(
      (client) =>
        client.status.state === 'synced' &&
        (client.peek('task-1').replica.cursor?.seq ?? 0) === server.log('task-1').length,
    )
    calm = isCalm ? calm + 1 : 0
  }
}

const patches = ({ client }: Desk): unknown[] =>
  client.outbox.pending.map((edit) => edit.patches.map(([what, , field, to]) => [what, field, to]))

describe('[CONV1] a converter', () => {
  it('gives the object in the app’s own shape, the same until it changes', async () => {
    const { object } = await sit()
    const task = convert(object, taskConverter)
    expect(task.value).toEqual(new Task(''))
    object.change({ title: 'Milk', due: '2026-11-27T00:00:00.000Z', tags: ['b', 'a'] })
    const { value } = task
    expect(value).toBeInstanceOf(Task)
    expect(value).toEqual(new Task('Milk', new Date('2026-11-27'), ['b', 'a']))
    expect(convert(object, taskConverter).value).toBe(value)
    object.update('other', 'x', { title: 'x' })
    expect(task.value).toBe(value)
  })

  it('is run once for each change, from here and from elsewhere, whoever asks', async () => {
    const [a, b] = [await sit(), await sit()]
    let runs = 0
    const counting: Converter<Task, Fields> = {
      ...taskConverter,
      fromObject: (fields) => (runs++, taskConverter.fromObject(fields)),
    }
    const task = convert(a.object, counting)
    const seen: string[] = []
    const ends = [1, 2].map(() => task.subscribe(() => seen.push(task.value?.title ?? '')))
    convert(b.object, taskConverter).set(new Task('from b'))
    await settled()
    a.object.change({ title: 'from a' })
    expect(seen).toEqual(['from b', 'from b', 'from a', 'from a'])
    expect(runs).toBe(2)
    ends.forEach((end) => end())
  })

  it('shows nothing while the object is being read', () => {
    const client = createTestClient(server)
    open.push(client)
    const task = convert(client.open('task-1').object, taskConverter)
    expect([task.value, task.error]).toEqual([undefined, undefined])
    expect(() => task.set((now) => now.titled('x'))).toThrow(/NOT_LOADED/)
  })
})

describe('[CONV2] what differs is written, in one edit', () => {
  it('between what was and what is to be', async () => {
    const desk = await sit({ offline: true })
    const task = convert(desk.object, taskConverter)
    task.set(new Task('Milk', new Date(0), ['a']))
    task.set((now) => now.titled('Bread'))
    task.set((now) => now.titled('Bread'))
    task.set(new Task('Bread', undefined, ['b', 'a']))
    expect(patches(desk)).toEqual([
      [
        ['=', 'title', 'Milk'],
        ['=', 'due', '1970-01-01T00:00:00.000Z'],
        ['=', 'tags', ['a']],
      ],
      [['=', 'title', 'Bread']],
      [
        ['=', 'tags', ['a', 'b']],
        ['x', 'due', undefined],
      ],
    ])
  })

  it('and nothing that the shape does not know, nor how it would be written now', async () => {
    const desk = await sit({ offline: true })
    desk.object.change({ title: 'Milk', tags: ['b', 'a'], color: 'red' })
    const task = convert(desk.object, taskConverter)
    task.set((now) => now.titled('Bread'))
    expect(patches(desk)[1]).toEqual([['=', 'title', 'Bread']])
    expect(desk.object.get()).toEqual({ title: 'Bread', tags: ['b', 'a'], color: 'red' })
  })

  it('so that two people who change different fields keep both', async () => {
    const [a, b] = [await sit(), await sit()]
    const [left, right] = [convert(a.object, taskConverter), convert(b.object, taskConverter)]
    left.set(new Task('Milk'))
    await settled()
    a.client.setOffline(true)
    b.client.setOffline(true)
    left.set((now) => now.titled('Bread'))
    right.set((now) => new Task(now.title, new Date(0)))
    a.client.setOffline(false)
    b.client.setOffline(false)
    await settled()
    expect(left.value).toEqual(new Task('Bread', new Date(0)))
    expect(right.value).toEqual(left.value)
  })

  it('beside counters, which no value writes', async () => {
    const client = createTestClient(server)
    open.push(client)
    const spec = kind({ title: value<string>(), views: counter() })
    const { object } = client.open({ id: 'task-1', spec })
    await client.loaded('task-1')
    object.counter('views').add(3)
    const page = convert(object, {
      fromObject: ({ title = '', views = 0 }: { title?: string; views?: number }) => ({
        title,
        views,
      }),
      toObject: ({ title }: { title: string; views: number }) => ({ title }),
    })
    page.set((now) => ({ ...now, title: 'x' }))
    expect(page.value).toEqual({ title: 'x', views: 3 })
  })
})

describe('[CONV3] a converter that throws', () => {
  it('keeps the last good value, is reported once, and stops nothing', async () => {
    const [a, b] = [await sit(), await sit()]
    const task = convert(a.object, taskConverter)
    let heard = 0
    task.subscribe(() => (heard += task.value === undefined ? 0 : 1))
    b.object.change({ title: 'good' })
    await settled()
    const { value } = task
    b.object.change({ title: 'bad' })
    await settled()
    b.object.change({ tags: ['x'] })
    await settled()
    expect(task.value).toBe(value)
    expect(task.error).toMatchObject({
      code: 'CONVERTER_FAILED',
      cause: new RangeError('a bad title'),
    })
    expect(task.error?.message).toContain('task-1')
    expect(a.reports).toEqual([task.error])
    expect(heard).toBe(3)
    expect(a.object.get()).toEqual({ title: 'bad', tags: ['x'] })
    expect(a.client.status.state).toBe('synced')
    task.set((now) => now.titled('mended'))
    await settled()
    expect([task.value?.title, task.error]).toEqual(['mended', undefined])
    expect(b.object.get()).toEqual({ title: 'mended', tags: ['x'] })
  })

  it('from the start shows no value, and takes a whole one', async () => {
    const { object } = await sit()
    object.change({ title: 'bad' })
    const task = convert(object, taskConverter)
    expect(task.value).toBeUndefined()
    expect(() => task.set((now) => now.titled('x'))).toThrow(/CONVERTER_FAILED/)
    task.set(new Task('good'))
    expect(task.value?.title).toBe('good')
  })

  it.each<[what: string, wrong: Partial<Converter<unknown>>, message: RegExp]>([
    [
      'toObject throws',
      {
        toObject: () => {
          throw new Error('no')
        },
      },
      /CONVERTER_FAILED.*toObject.*task-1.*no/,
    ],
    ['toObject gives no fields', { toObject: () => 'x' as never }, /CONVERTER_FAILED.*no fields/],
    ['toObject gives a promise', { toObject: (() => Promise.resolve({})) as never }, /no fields/],
    [
      'toObject gives a value that cannot be',
      { toObject: () => ({ at: new Date(0) }) },
      /BAD_VALUE/,
    ],
    ['toObject names a field of the system', { toObject: () => ({ $pos: 1 }) }, /RESERVED_NAME/],
  ])('when %s, at the call, and nothing has changed', async (_, wrong, message) => {
    const desk = await sit({ offline: true })
    const task = convert<unknown>(desk.object, {
      fromObject: () => undefined,
      toObject: () => ({}),
      ...wrong,
    })
    expect(() => task.set({})).toThrow(message)
    expect(() => task.set({})).toThrow(UsageError)
    expect(patches(desk)).toEqual([])
  })

  it('that gives a promise gives no value', async () => {
    const { object, reports } = await sit()
    const task = convert(object, { fromObject: () => Promise.resolve(1), toObject: () => ({}) })
    expect(task.value).toBeUndefined()
    expect(reports).toMatchObject([{ code: 'CONVERTER_FAILED' }])
  })
})

it('[CONV4] a converter that is slow is reported once, and gives its value', async () => {
  const { object, reports, wait } = await sit()
  const slow: Converter<Task, Fields> = {
    fromObject: (fields) => (wait(60), taskConverter.fromObject(fields)),
    toObject: (task) => (wait(60), taskConverter.toObject(task)),
  }
  const task = convert(object, slow)
  task.set(new Task('Milk'))
  task.set((now) => now.titled('Bread'))
  expect(task.value?.title).toBe('Bread')
  expect(reports).toMatchObject([{ code: 'CONVERTER_SLOW' }])
  expect(String(reports[0])).toMatch(/fromObject.*task-1 took 6\d ms/)
  expect(convert(object, taskConverter).value?.title).toBe('Bread')
  expect(reports).toHaveLength(1)
})
