import { describe, expect, test } from 'vitest'
import { CollabError, type ErrorCode } from '../errors.js'
import type { Replica } from '../stamp.js'
import { applyEdit } from '../testing/index.js'
import type { Insert, TextEdit } from './ops.js'
import type { TextSnapshot } from './snapshot.js'
import { sequenceOf, Text } from './text.js'

const [ann, bob, cid, dan] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc', 'dddddddd'] as [
  Replica,
  Replica,
  Replica,
  Replica,
]

const writerOf = (replica: Replica) => ({ replica, nextId: 1 })

/** A text that `ann` typed in one go. */
function typed(content: string): Text {
  const text = new Text()
  if (content !== '') text.insert(0, content, writerOf(ann))
  return text
}

function codeOf(run: () => unknown): ErrorCode | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof CollabError) return error.code
    throw error
  }
  return undefined
}

test('[TEXT1] text is typed, deleted and read', () => {
  const text = new Text()
  const writer = writerOf(ann)
  expect(text.insert(0, 'helo', writer)).toEqual([1, 0, 1, 0, 'helo'])
  expect(text.insert(3, 'l', writer)).toEqual([5, 4, 0, 0, 'l'])
  expect(text.insert(5, '!', writer)).toEqual([6, 4, 1, 0, '!'])
  expect([String(text), text.length]).toEqual(['hello!', 6])
  expect(text.remove(1, 4)).toEqual([
    [ann, 2, 2],
    [ann, 5, 1],
    [ann, 4, 1],
  ])
  expect([String(text), text.length]).toEqual(['h!', 2])
  expect(text.remove(1, 0)).toEqual([])
  expect(writer.nextId).toBe(7)
})

test('[TEXT1] a writer that lags behind its own elements takes none of their numbers', () => {
  const text = typed('abc')
  const writer = writerOf(ann)
  expect(text.lastId(ann)).toBe(3)
  expect(text.lastId(bob)).toBe(0)
  expect(text.insert(3, 'd', writer)[0]).toBe(4)
  expect(writer.nextId).toBe(5)
})

test('[REG22, TEXT1] an insert and a delete made apart meet in one text', () => {
  const hello = typed('hello')
  const [c, d] = [hello.clone(), hello.clone()]
  const insert = c.insert(3, '!', writerOf(bob))
  const [removed] = d.remove(0, 1)
  expect(c.erase(removed ?? [ann, 0, 0])).toBe(true)
  expect(d.integrate(bob, insert)).toBe(true)
  expect([String(c), String(d)]).toEqual(['el!lo', 'el!lo'])
})

test('[REG23, TEXT1] concurrent inserts into one gap all survive, in one order', () => {
  const texts = [ann, bob, cid].map(() => typed('[]'))
  const inserts = [cid, bob, ann].map(
    (replica, k) => [replica, texts[k]?.insert(1, `${k}`, { replica, nextId: 10 })] as const,
  )
  for (const text of texts) {
    for (const [replica, insert] of inserts) if (insert) text.integrate(replica, insert)
    expect(String(text)).toBe('[210]')
  }
})

test('[TEXT2] of siblings after one element, the one that saw less to its right comes first', () => {
  const [one, two] = [typed('pz'), typed('pz')]
  const x = one.insert(1, 'x', writerOf(bob))
  const d = typed('pz').insert(1, 'd', writerOf(cid))
  two.integrate(bob, x)
  two.integrate(cid, d)
  expect(String(two)).toBe('pxdz')
  const sawAll = 'dddddddd' as Replica
  const later = two.insert(2, '2', writerOf(sawAll))
  const earlier = one.insert(2, '1', { replica: 'eeeeeeee' as Replica, nextId: 1 })
  expect([later, earlier]).toEqual([
    [1, [bob, 1], 1, [cid, 1], '2'],
    [1, [bob, 1], 1, [ann, 2], '1'],
  ])
  two.integrate('eeeeeeee' as Replica, earlier)
  expect(String(two)).toBe('px12dz')
})

test('[TEXT5] words typed by two into one gap stay words, also backwards', () => {
  const text = typed('.')
  const other = text.clone()
  const [b, c] = [writerOf(bob), writerOf(cid)]
  const forth = [...'left '].map((key, i) => text.insert(i, key, b))
  const back = [...' thgir'].map((key) => other.insert(0, key, c))
  for (const insert of back) text.integrate(cid, insert)
  for (const insert of forth) other.integrate(bob, insert)
  expect(String(text)).toBe(String(other))
  expect(['left right .', 'right left .']).toContain(String(text))
})

test('[TEXT13] what is inserted into a deleted range survives, at its place', () => {
  const text = typed('one two three')
  const other = text.clone()
  const insert = other.insert(6, 'x', writerOf(bob))
  for (const range of text.remove(3, 8)) other.erase(range)
  text.integrate(bob, insert)
  expect([String(text), String(other)]).toEqual(['onexee', 'onexee'])
})

test('[TEXT13] what two delete is deleted once, and told once', () => {
  const text = typed('abcdef')
  const other = text.clone()
  const edits: TextEdit[] = []
  text.remove(1, 3)
  for (const range of other.remove(2, 3)) text.erase(range, (edit) => edits.push(edit))
  expect(edits).toEqual([{ index: 1, removed: 'e', inserted: '' }])
  expect(String(text)).toBe('af')
})

describe('[TEXT3] what refers to something unknown has no effect, and says so', () => {
  const text = typed('abc')
  const bytes = text.encode()

  test.each<[string, Insert]>([
    ['an unknown own parent', [2, 1, 1, 0, 'x']],
    ['an unknown replica', [1, [cid, 1], 1, 0, 'x']],
    ['an unknown number', [1, [ann, 4], 1, 0, 'x']],
    ['an unknown right neighbour', [1, 0, 1, [ann, 4], 'x']],
    ['an unknown parent behind it', [1, [ann, 9], 0, 0, 'x']],
    ['the start as what stands behind it', [1, 0, 0, 0, 'x']],
    ['itself', [1, 1, 1, 0, 'x']],
  ])('[TEXT3] an insert at %s', (_, insert) => {
    expect(text.canApply(bob, { inserts: [insert], deletes: [] })).toBe(false)
    expect(text.integrate(bob, insert)).toBe(false)
    expect(text.apply(bob, { inserts: [insert], deletes: [] })).toBe(false)
    expect(text.encode()).toEqual(bytes)
  })

  test.each([[[cid, 1, 1]], [[ann, 3, 2]], [[ann, 4, 1]], [[ann, 1, 2 ** 48]], [[bob, 1, 1]]] as [
    [Replica, number, number],
  ][])('[TEXT3] a delete of %j', (range) => {
    expect(text.canApply(bob, { inserts: [], deletes: [range] })).toBe(false)
    expect(text.erase(range)).toBe(false)
    const insert: Insert = [7, 0, 1, 0, 'x']
    expect(text.apply(bob, { inserts: [insert], deletes: [range] })).toBe(false)
    expect(text.encode()).toEqual(bytes)
  })

  test('[TEXT3] ops may refer to earlier ones of their event', () => {
    const own = text.clone()
    const inserts: Insert[] = [
      [1, [ann, 2], 0, 0, 'xy'],
      [5, 2, 1, [ann, 2], 'z'],
    ]
    const deletes = [[bob, 1, 2] as const, [ann, 2, 1] as const]
    expect(own.canApply(bob, { inserts: inserts.toReversed(), deletes })).toBe(false)
    expect(own.canApply(bob, { inserts, deletes: [[bob, 1, 3]] })).toBe(false)
    expect(own.apply(bob, { inserts, deletes })).toBe(true)
    expect(String(own)).toBe('azc')
  })
})

test('[TEXT3] an insert that is known in part adds what is not, at its place', () => {
  const text = typed('abc')
  const edits: TextEdit[] = []
  let view = String(text)
  const take = (insert: Insert): void => {
    const told = (edit: TextEdit): void => void (edits.push(edit), (view = applyEdit(view, edit)))
    expect(text.integrate(ann, insert, told)).toBe(true)
    expect(String(text)).toBe(view)
  }
  take([1, 0, 1, 0, 'abcde'])
  take([10, 5, 1, 0, 'xy'])
  take([14, 11, 1, 0, 'z'])
  take([6, 5, 1, 0, 'fghi..jk.'])
  expect(view).toBe('abcdefghixyjkz')
  take([1, 0, 1, 0, 2])
  take([20, 14, 1, 0, 5])
  expect(view).toBe('cdefghixyjkz')
  expect(text.lastId(ann)).toBe(24)
  expect(new Text(text.encode()).lastId(ann)).toBe(24)
})

describe('[TEXT7] an offset that is none changes nothing', () => {
  const content = 'a😀b'
  const offsets = [
    -1,
    2,
    5,
    99,
    0.5,
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    '1',
    null,
    undefined,
  ]

  test.each(offsets as number[])('[TEXT7, REG24] %j', (offset) => {
    const text = typed(content)
    const bytes = text.encode()
    const writer = writerOf(bob)
    expect(codeOf(() => text.insert(offset, 'x', writer))).toBe('BAD_OFFSET')
    expect(codeOf(() => text.remove(offset, 0))).toBe('BAD_OFFSET')
    expect(codeOf(() => text.anchor(offset, 'before'))).toBe('BAD_OFFSET')
    expect(codeOf(() => text.remove(0, offset))).toBe('BAD_OFFSET')
    expect(writer.nextId).toBe(1)
    expect(text.encode()).toEqual(bytes)
  })

  test.each(offsets as number[])('[TEXT7, TEXT18] in place of %j', (offset) => {
    const text = typed(content)
    const bytes = text.encode()
    const writer = writerOf(bob)
    expect(codeOf(() => text.replace(offset, 0, 'x', writer))).toBe('BAD_OFFSET')
    expect(codeOf(() => text.replace(0, offset, 'x', writer))).toBe('BAD_OFFSET')
    expect(codeOf(() => text.replace(0, 1, '', writer))).toBe('BAD_VALUE')
    expect(codeOf(() => text.replace(0, 1, '\ud83d', writer))).toBe('BAD_UNICODE')
    expect(writer.nextId).toBe(1)
    expect(text.encode()).toEqual(bytes)
  })

  test.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 1],
  ])('[TEXT7, REG24] removing from %j, %j units', (index, count) => {
    const text = typed(content)
    expect(codeOf(() => text.remove(index, count))).toBe('BAD_OFFSET')
    expect(String(text)).toBe(content)
  })

  test.each([
    ['', 'BAD_VALUE'],
    [undefined, 'BAD_VALUE'],
    [5, 'BAD_VALUE'],
    ['\ud83d', 'BAD_UNICODE'],
    ['a\ude00', 'BAD_UNICODE'],
    ['\ude00\ud83d', 'BAD_UNICODE'],
  ] as [string, ErrorCode][])('[TEXT7] inserting %j', (inserted, code) => {
    const text = typed(content)
    expect(codeOf(() => text.insert(0, inserted, writerOf(bob)))).toBe(code)
    expect(String(text)).toBe(content)
  })

  test('[TEXT7, REG24] pairs are whole also across spans and leaves', () => {
    const text = typed('😀'.repeat(2000))
    for (let i = 0; i < 300; i++) text.insert(i * 2, '𝐀', { replica: bob, nextId: i * 4 + 1 })
    for (let i = 0; i <= text.length; i += 7) {
      const isInside = i % 2 === 1
      expect(codeOf(() => text.anchor(i, 'after'))).toBe(isInside ? 'BAD_OFFSET' : undefined)
    }
  })
})

describe('[TEXT18] what is typed in place of something', () => {
  test.each([
    ['abcdef', 1, 3],
    ['a😀cdef', 1, 4],
    ['abcdef', 1, 1],
    ['abcdef', 3, 3],
    ['abcdef', 2, 0],
  ])('stands behind its first letter: %j, at %d, %d', (content, index, count) => {
    const text = typed(content)
    const first = content.startsWith('😀', index) ? 2 : 1
    const before = [text.anchor(index, 'before'), text.anchor(index, 'after')]
    const behind = [...Array(count).keys()]
      .filter((i) => i >= first)
      .map((i) => text.anchor(index + i, 'after'))
    const end = text.anchor(index + count, 'after')
    const ops = text.replace(index, count, 'XY', writerOf(bob))
    const whole = `${content.slice(0, index)}XY${content.slice(index + count)}`
    expect(String(text)).toBe(whole)
    if (count > 0) for (const anchor of before) expect(text.resolve(anchor)).toBe(index)
    for (const anchor of [...behind, end]) expect(text.resolve(anchor)).toBe(index + 2)
    const other = typed(content)
    expect(other.apply(bob, ops)).toBe(true)
    expect(other.encode()).toEqual(text.encode())
    expect(ops.deletes).toHaveLength(count === 0 ? 0 : 1)
  })

  test('comes with the fewest ranges, across what several typed', () => {
    const text = typed('ab')
    text.insert(1, 'xy', writerOf(cid))
    expect(text.replace(0, 4, 'Z', writerOf(bob)).deletes).toEqual([
      [ann, 1, 1],
      [cid, 1, 2],
      [ann, 2, 1],
    ])
    expect(String(text)).toBe('Z')
  })
})

test('[TEXT6] half a pair that comes from the log survives', () => {
  const text = typed('a😀b')
  expect(text.erase([ann, 3, 1])).toBe(true)
  expect(String(text)).toBe('a\ud83db')
  expect(text.integrate(bob, [1, [ann, 4], 1, 0, '\ude00\ud83d'])).toBe(true)
  const read = new Text(structuredClone(text.encode()))
  expect(String(read)).toBe('a\ud83db\ude00\ud83d')
  read.insert(2, 'x', writerOf(cid))
  expect(String(read)).toBe('a\ud83dxb\ude00\ud83d')
  const anchor = read.anchor(4, 'before')
  read.remove(3, 1)
  expect(read.resolve(anchor)).toBe(3)
})

test('[TEXT7, TEXT8] halves that others bring together are not parted', () => {
  const text = new Text()
  text.integrate(ann, [1, 0, 1, 0, '\ud83d'])
  text.integrate(bob, [1, [ann, 1], 1, 0, '-'])
  const anchor = text.anchor(1, 'before')
  text.integrate(bob, [2, 1, 1, 0, '\ude00'])
  text.erase([bob, 1, 1])
  expect(codeOf(() => text.insert(1, 'x', writerOf(cid)))).toBe('BAD_OFFSET')
  expect(text.resolve(anchor)).toBe(0)
})

test('[TEXT6] what is visible is read without decoding, and unchanged elements are not encoded', () => {
  const broken: TextSnapshot = { text: 'abc', meta: Uint8Array.of(1, 200) }
  const text = new Text(broken)
  expect([String(text), text.length, text.encode()]).toEqual(['abc', 3, broken])
  expect([String(text.clone()), text.clone().encode()]).toEqual(['abc', broken])
  expect(codeOf(() => text.insert(0, 'x', writerOf(ann)))).toBe('CORRUPT')
})

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

/** Ops that together need each way to write a run. */
const goldenInserts: [Replica, Insert][] = [
  [ann, [1, 0, 1, 0, 'hello pz']],
  [bob, [1, [ann, 8], 0, 0, 'x']],
  [cid, [1, [ann, 8], 0, 0, 'd']],
  [dan, [300, [bob, 1], 1, [cid, 1], '2']],
  [bob, [9, 1, 1, [ann, 8], '1']],
  [ann, [20, 8, 1, 0, '😀']],
  [cid, [7, [ann, 8], 1, 0, 3]],
]

/** A text of version 1. */
function golden(): Text {
  const text = new Text()
  for (const [replica, insert] of goldenInserts) text.integrate(replica, insert)
  text.erase([ann, 2, 2])
  return text
}

const goldenText = 'hlo px12dz😀'
const goldenMeta =
  '010a14016161616161616161000b00020a00042402626262626262626200010d960e010274036464' +
  '646464646464d60402d60404046363636363636363000c010012160231040a030101'

test('[TEXT14] a snapshot of version 1 is read, and written, as ever', () => {
  const text = golden()
  expect(String(text)).toBe(goldenText)
  expect(hex(text.encode().meta)).toBe(goldenMeta)
  const read = new Text({ text: goldenText, meta: bytesOf(goldenMeta) })
  read.remove(0, 0)
  expect(read.lastId(dan)).toBe(300)
  expect(read.anchor(5, 'before')).toEqual(text.anchor(5, 'before'))
})

test('[TEXT6] damaged elements are refused, or are those of a text that can be edited', () => {
  const { meta } = golden().encode()
  const codes = new Set<string | undefined>()
  const tryOut = (bytes: Uint8Array): void => {
    const text = new Text({ text: goldenText, meta: bytes })
    const code = codeOf(() => text.lastId(ann))
    codes.add(code)
    if (code !== undefined) return
    for (let index = 0; index < 9; index++) text.insert(index, 'x', writerOf(dan))
    text.remove(0, text.length)
    expect(String(new Text(text.encode()))).toBe('')
  }
  for (let at = 0; at < meta.length; at++) {
    tryOut(meta.slice(0, at))
    for (let change = 1; change < 256; change++) {
      const bytes = meta.slice()
      bytes[at] = (bytes[at] ?? 0) ^ change
      tryOut(bytes)
    }
  }
  const refused = [...codes].filter((code) => code !== undefined)
  expect(refused.toSorted()).toEqual(['CORRUPT', 'STORE_TOO_NEW'])
})

test('[TEXT15] a long paste is edited in the middle like any other text', () => {
  const text = typed('0123456789'.repeat(10_000))
  const writer = writerOf(bob)
  text.insert(50_005, 'x', writer)
  text.remove(10, 5000)
  expect(text.length).toBe(95_001)
  expect(String(text).slice(45_000, 45_010)).toBe('01234x5678')
  const read = new Text(text.encode())
  read.insert(0, 'y', writer)
  expect(String(read)).toBe(`y${String(text)}`)
  // The spans that an edit touches stay short, whatever was pasted.
  const lengths = sequenceOf(read)
    .tree.spans()
    .filter((span) => !span.isDeleted)
  expect(Math.max(...lengths.map((span) => span.length))).toBeLessThanOrEqual(512)
})
