import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Event, formatStamp, keysBetween, type Patch, writerTag } from '@react-collab/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clock, Pusher, replica } from '../log/event-log.contract.js'
import { openSqliteEventLog } from '../log/sqlite-event-log.js'
import { type LogOptions, readLogOptions } from './log-options.js'
import { printLog } from './print-log.js'

const folder = mkdtempSync(join(tmpdir(), 'collab-print-'))
const data = join(folder, 'log.sqlite')
const [first, second] = keysBetween(undefined, undefined, 2, writerTag(replica('ada')))

/** What was edited, one after the other. */
const edits: readonly (readonly (readonly unknown[])[])[] = [
  [['=', '', 'title', 'Groceries \u001b[2J\u202e']],
  [
    ['=', 'todos/a', '$del', false],
    ['=', 'todos/a', '$pos', ['', second]],
    ['=', 'todos/a', 'text', 'Milk'],
  ],
  [
    ['=', 'todos/b', '$del', false],
    ['=', 'todos/b', '$pos', ['', first]],
    ['~', 'todos/b', 'text', [[1, 0, 1, 0, 'Bread']], []],
  ],
  [['+', '', 'likes', 2]],
  [['=', 'notes/x', '$del', false]],
  [['=', 'notes/x', '$del', true]],
]
const events = edits.map((patches, i): Event => {
  const stamp = formatStamp({ ms: clock.now + i, counter: 0, replica: replica('ada') })
  return [i + 1, stamp, patches as unknown as Patch[]]
})

beforeAll(async () => {
  const log = await openSqliteEventLog({
    path: data,
    onFatal: () => {},
    now: () => clock.now,
    opening: 'one',
  })
  const pusher = new Pusher(log)
  await pusher.join()
  for (const event of events) expect((await pusher.push([event])).failure).toBeUndefined()
  await log.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const notices: string[] = []
const print = (more: Partial<LogOptions>): string => {
  const options = { ...readLogOptions([`--data=${data}`]), ...more }
  return [...printLog(options, (notice) => notices.push(notice))].join('')
}

const object = 'object-1'

describe('[CLI6] a data file is printed', () => {
  it('as a table of its objects', () => {
    expect(print({})).toMatch(
      /^ +first +head +bytes {2}term +latest edit +object\n +1 +6 +\d+ {2}\S+ +2023-11-14T22:13:20.005Z {2}object-1\n$/,
    )
  })

  it('entry by entry, as JSON on lines that a terminal shows as they are', () => {
    const lines = print({ object, as: 'entries' }).trimEnd().split('\n')
    const entries = lines.map((line) => JSON.parse(line) as { term: string })
    expect(entries).toEqual(
      events.map((event, i) => ({ seq: i + 1, term: entries[0]?.term, event })),
    )
    expect(lines.join('')).not.toMatch(/\p{C}/u)
    expect(print({ object, as: 'entries', after: 4 }).trimEnd().split('\n')).toEqual(lines.slice(4))
    expect(print({ object, as: 'entries', after: 6 })).toBe('')
  })

  it('change by change, from any seq on', () => {
    const all = [
      '1 2023-11-14T22:13:20.000Z ada00000 title: nothing → "Groceries \\u001b[2J\\u202e"',
      '2 2023-11-14T22:13:20.001Z ada00000 todos/a: added',
      '2 2023-11-14T22:13:20.001Z ada00000 todos/a: put at 0',
      '2 2023-11-14T22:13:20.001Z ada00000 todos/a text: nothing → "Milk"',
      '3 2023-11-14T22:13:20.002Z ada00000 todos/b: added',
      '3 2023-11-14T22:13:20.002Z ada00000 todos/b: put at 0',
      '3 2023-11-14T22:13:20.002Z ada00000 todos/b text at 0: + "Bread"',
      '4 2023-11-14T22:13:20.003Z ada00000 likes: 0 + 2 = 2',
      '5 2023-11-14T22:13:20.004Z ada00000 notes/x: added',
      '6 2023-11-14T22:13:20.005Z ada00000 notes/x: deleted',
    ]
    const lines = (after: number) => print({ object, after }).trimEnd().split('\n')
    expect(lines(0)).toEqual(all)
    expect(lines(3)).toEqual(all.slice(7))
  })

  it('as the state that it leads to', () => {
    const text = print({ object, as: 'state' })
    expect(JSON.parse(text)).toEqual({
      object,
      seq: 6,
      term: expect.any(String),
      fields: { title: 'Groceries \u001b[2J\u202e', likes: 2 },
      collections: {
        todos: [
          { id: 'b', text: 'Bread' },
          { id: 'a', text: 'Milk' },
        ],
      },
    })
  })
})

describe('[CMP14] of a log that does not begin with its first entry is printed', () => {
  const short = join(folder, 'short.sqlite')
  const printShort = (more: Partial<LogOptions>): string => print({ data: short, ...more })

  beforeAll(async () => {
    const options = { path: short, onFatal: () => {}, now: () => clock.now, opening: 'one' }
    const log = await openSqliteEventLog(options)
    const pusher = new Pusher(log)
    await pusher.join()
    for (const event of events.slice(0, 4)) await pusher.push([event])
    await log.compact(pusher.object)
    await log.prune(pusher.object, { upTo: 2, before: 0 })
    for (const event of events.slice(4)) await pusher.push([event])
    await log.close()
  })

  it('in the table, with the first entry', () => {
    expect(printShort({})).toMatch(/\n +3 +6 /)
  })

  it('the state, whole', () => {
    expect(printShort({ object, as: 'state' }).replace(/"term":"\w+"/, '')).toBe(
      print({ object, as: 'state' }).replace(/"term":"\w+"/, ''),
    )
  })

  it('what there is of the entries, and that there were others', () => {
    notices.length = 0
    const lines = printShort({ object, as: 'entries' }).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([3, 4, 5, 6])
    printShort({ object, as: 'entries', after: 2 })
    expect(notices).toEqual([
      'the log begins with entry 3: what those before did is in the rows (--as state)',
    ])
  })

  it('each change, as far as is known what was there before it', () => {
    notices.length = 0
    expect(printShort({ object, as: 'changes' }).trimEnd().split('\n')).toEqual([
      '3 2023-11-14T22:13:20.002Z ada00000 todos/b: added or restored',
      '3 2023-11-14T22:13:20.002Z ada00000 todos/b: put or moved',
      '3 2023-11-14T22:13:20.002Z ada00000 todos/b text: + "Bread"',
      '4 2023-11-14T22:13:20.003Z ada00000 likes: + 2',
      '5 2023-11-14T22:13:20.004Z ada00000 notes/x: added',
      '6 2023-11-14T22:13:20.005Z ada00000 notes/x: deleted',
    ])
    expect(notices.join()).toContain('up to 4 nobody knows what was there before a change')
  })
})

describe('[CLI7] what cannot be printed', () => {
  it('is a wrong option, which is named', () => {
    const of = (...args: string[]) => {
      try {
        return readLogOptions(args)
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(of()).toEqual({
      data: 'collab.sqlite',
      object: undefined,
      as: 'changes',
      after: 0,
      help: false,
    })
    expect(of('--object=o', '--as=xml')).toBe(
      'BAD_VALUE: --as must be changes, entries or state; it is "xml"',
    )
    expect(of('--object=o', '--after=-1')).toBe(
      'BAD_VALUE: --after must be a whole number from 0 on; it is "-1"',
    )
    expect(of('--object=o', `--after=${'9'.repeat(20)}`)).toContain(
      '--after must be a whole number',
    )
    expect(of('--object=')).toContain('--object must be the id of an object')
    expect(of('--after=1')).toBe('BAD_VALUE: --after needs --object')
    expect(of('--as=state')).toBe('BAD_VALUE: --as needs --object')
    expect(of('--object=o', '--as=state', '--after=1')).toBe(
      'BAD_VALUE: --after means nothing for a state',
    )
    expect(of('--port=1')).toBe("BAD_VALUE: Unknown option '--port'; --help lists the options")
  })

  it('is an object that the file does not have', () => {
    expect(() => print({ object: 'none' })).toThrow(
      `BAD_VALUE: --object none: ${data} has no such object; without --object they are listed`,
    )
  })
})
