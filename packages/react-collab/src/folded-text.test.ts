import type { TextEdit } from '@react-collab/core'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Client } from './client.js'
import { type FoldedText, foldText } from './folded-text.js'
import type { SharedObject } from './shared-object.js'
import type { SharedText } from './shared-text.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'
import { historyOf } from './undo-history.js'

let server: FakeServer
const open: Client[] = []

beforeEach(close)

async function close(): Promise<void> {
  await Promise.all(open.splice(0).map((client) => client.close()))
  server = createFakeServer()
}

interface Desk {
  readonly client: Client
  readonly object: SharedObject
  readonly text: SharedText
  readonly folded: FoldedText
}

async function sit(body = ''): Promise<Desk> {
  const client = createTestClient(server)
  open.push(client)
  const { object } = client.open('doc')
  await client.loaded('doc')
  const text = object.text('body')
  if (body !== '') text.insert(0, body)
  return { client, object, text, folded: foldText(text) }
}

async function settled(): Promise<void> {
  for (let calm = 0; calm < 4; ) {
    await new Promise((next) => setTimeout(next, 3))
    const isSeen = (client: Client): boolean =>
      client.status.state === 'synced' &&
      (client.peek('doc').replica.cursor?.seq ?? 0) === server.log('doc').length
    calm = open.every(isSeen) ? calm + 1 : 0
  }
}

/** Keeps a string in step by nothing but the edits that it is told of. */
function followed(text: FoldedText): { shown: string } {
  const state = { shown: text.toString() }
  text.subscribe((edits) => {
    for (const edit of edits) state.shown = applied(state.shown, edit)
  })
  return state
}

function applied(shown: string, { index, removed, inserted }: TextEdit): string {
  expect(shown.slice(index, index + removed.length)).toBe(removed)
  return shown.slice(0, index) + inserted + shown.slice(index + removed.length)
}

const bad = (code: string) => expect.objectContaining({ code })

describe('[FOLD3] a folded text', () => {
  it('hides, is edited as what it shows, and shows all when it is unfolded', async () => {
    const { text, folded } = await sit('hello world!')
    const seen = followed(folded)
    const id = folded.fold(5, 11, '...')
    expect([folded.toString(), folded.length]).toEqual(['hello...!', 9])
    expect(folded.folds()).toMatchObject([{ id, at: 5, hidden: ' world', placeholder: '...' }])
    expect(folded.folds()).toBe(folded.folds())
    folded.splice(0, 1, 'H')
    folded.splice(9, 0, '!!')
    folded.splice(5, 0, ',')
    expect(folded.toString()).toBe('Hello,...!!!')
    expect(text.toString()).toBe('Hello, world!!!')
    expect(seen.shown).toBe(folded.toString())
    expect([folded.unfold(id), folded.unfold(id)]).toEqual([true, false])
    expect(folded.toString()).toBe(text.toString())
    expect(seen.shown).toBe(text.toString())
  })

  it('stays folded while others type in it; what is typed at its edges is shown', async () => {
    const [ada, ben] = [await sit('one two three'), await sit()]
    await settled()
    const seen = followed(ada.folded)
    ada.folded.fold(4, 7)
    ben.text.insert(5, 'WW')
    ben.text.insert(9, '>')
    ben.text.insert(4, '<')
    await settled()
    expect(ada.text.toString()).toBe('one <tWWwo> three')
    expect(ada.folded.toString()).toBe('one <…> three')
    expect(seen.shown).toBe('one <…> three')
    // The first and the last of what is hidden may go: what is typed there is still beside it.
    ben.text.remove(5, 1)
    ben.text.remove(8, 1)
    await settled()
    ada.folded.splice(5, 0, '(')
    ada.folded.splice(7, 0, ')')
    expect(ada.folded.toString()).toBe('one <(…)> three')
    expect(ada.text.toString()).toBe('one <(WWw)> three')
    ben.text.replace('gone')
    await settled()
    expect([ada.folded.toString(), ada.folded.folds()]).toEqual([ada.text.toString(), []])
    expect(seen.shown).toBe(ada.text.toString())
  })

  it('what is deleted with a placeholder takes along what that hides; Backspace on it unfolds', async () => {
    const { object, text, folded } = await sit('one two three four')
    const history = historyOf(object)
    folded.fold(4, 7, '...')
    folded.splice(3, 5, '')
    expect(text.toString()).toBe('onethree four')
    expect(folded.folds()).toEqual([])
    history.undo()
    expect(folded.toString()).toBe('one two three four')
    folded.fold(4, 7, '...')
    folded.splice(6, 1, '')
    expect([folded.toString(), text.toString()]).toEqual([
      'one two three four',
      'one two three four',
    ])
    folded.fold(4, 7, '...')
    folded.splice(4, 3, '2')
    expect([folded.toString(), text.toString()]).toEqual(['one 2 three four', 'one 2 three four'])
    expect(folded.folds()).toEqual([])
  })

  it('undo finds its way past folds', async () => {
    const { object, folded, text } = await sit('one two three')
    const history = historyOf(object)
    history.group('type', () => text.insert(5, 'WW'))
    folded.fold(4, 9)
    expect(folded.toString()).toBe('one … three')
    history.undo()
    expect([folded.toString(), text.toString()]).toEqual(['one … three', 'one two three'])
    history.redo()
    expect([folded.toString(), text.toString()]).toEqual(['one … three', 'one tWWwo three'])
  })

  it('a fold around others takes them in; places are found on both sides', async () => {
    const { text, folded } = await sit('0123456789')
    folded.fold(2, 4)
    folded.fold(4, 6)
    expect(folded.toString()).toBe('01…4…789')
    expect(folded.resolve(text.anchor(5))).toBe(4)
    expect(text.resolve(folded.anchor(4))).toBe(5)
    expect(folded.resolve(text.anchor(3, 'after'))).toBe(2)
    expect(folded.resolve(text.anchor(3, 'before'))).toBe(3)
    const id = folded.fold(1, 5)
    expect(folded.toString()).toBe('0…789')
    folded.unfold(id)
    expect(folded.toString()).toBe('0123456789')
  })

  it('is folded again after a reload, from JSON', async () => {
    const { text, folded } = await sit('one two three four')
    folded.fold(0, 3)
    folded.fold(2, 5)
    folded.fold(8, 12, '[more]')
    const saved = JSON.parse(JSON.stringify(folded.folds())) as ReturnType<FoldedText['folds']>
    text.insert(0, '> ')
    const again = foldText(text)
    expect(again.restore(saved)).toBe(3)
    expect(again.toString()).toBe(`> ${folded.toString().slice(2)}`)
    expect(again.restore(saved)).toBe(0)
    text.replace('')
    expect(foldText(text).restore(saved)).toBe(0)
    for (const wrong of [undefined, {}, [1], [{ anchors: [] }], [{ ...saved[0], placeholder: '' }]])
      expect(() => again.restore(wrong as never)).toThrow(bad('BAD_VALUE'))
  })

  it.each([
    [3, 3, undefined, 'BAD_OFFSET'],
    [4, 3, undefined, 'BAD_OFFSET'],
    [-1, 3, undefined, 'BAD_OFFSET'],
    [0, 99, undefined, 'BAD_OFFSET'],
    [0.5, 2, undefined, 'BAD_OFFSET'],
    [Number.NaN, 2, undefined, 'BAD_OFFSET'],
    [0, 1, undefined, 'BAD_OFFSET'],
    [2, 3, '', 'BAD_VALUE'],
    [2, 3, 5, 'BAD_VALUE'],
  ])('fold(%s, %s, %j): %s', async (from, to, placeholder, code) => {
    const { folded } = await sit('😀abcd')
    expect(() => folded.fold(from, to, placeholder as never)).toThrow(bad(code))
    expect(() => folded.splice(0, 99, '')).toThrow(bad('BAD_OFFSET'))
    expect([folded.toString(), folded.folds()]).toEqual(['😀abcd', []])
  })

  it('says that a stretch runs backwards, in the numbers it was given', async () => {
    const { folded } = await sit('abcd')
    expect(() => folded.fold(4, 3)).toThrow('a stretch from 4 to 3 runs backwards')
  })

  it('finds its folds again after more edits than are known one by one', async () => {
    const { text, folded } = await sit('one two three')
    const seen = followed(folded)
    folded.fold(4, 7)
    const apart = foldText(text)
    apart.fold(4, 7)
    for (let i = 0; i < 1500; i++) {
      text.insert(6, 'x')
      text.insert(0, 'y')
      text.remove(0, 1)
    }
    text.insert(0, '> ')
    expect(apart.toString()).toBe('> one … three')
    expect([seen.shown, folded.toString()]).toEqual(['> one … three', '> one … three'])
  })

  it('a listener that throws keeps nobody from hearing', async () => {
    const { folded } = await sit('hello')
    let told = 0
    folded.subscribe(() => {
      throw new Error('broken')
    })
    const stop = folded.subscribe(() => (told += 1))
    expect(() => folded.fold(0, 2)).toThrow('broken')
    stop()
    expect(told).toBe(1)
  })
})

it('[FOLD4] what is folded is never shown, whatever several people do, on and off the line', async () => {
  const act = fc.record({
    who: fc.nat(1),
    kind: fc.constantFrom(
      'type',
      'type',
      'type',
      'past',
      'fold',
      'unfold',
      'undo',
      'redo',
      'reload',
    ),
    at: fc.nat(30),
    count: fc.nat(4),
    typed: fc.constantFrom('', 'x', 'yy', '😀', 'hello'),
    offline: fc.option(fc.boolean(), { nil: undefined, freq: 4 }),
    waits: fc.boolean(),
  })
  const placesOf = (text: string): number[] => {
    const places = [0]
    for (const letter of text) places.push((places.at(-1) as number) + letter.length)
    return places
  }
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (acts) => {
      await close()
      const desks = [await sit('one two three four'), await sit()]
      await settled()
      const seen = desks.map(({ folded }) => followed(folded))
      for (const desk of desks) historyOf(desk.object)
      for (const { who, kind, at, count, typed, offline, waits } of acts) {
        const { client, object, folded, text } = desks[who] as Desk
        if (offline !== undefined) client.setOffline(offline)
        const on = kind === 'past' ? text : folded
        const places = placesOf(on.toString())
        const from = places[at % places.length] as number
        const to = places[Math.min((at % places.length) + count, places.length - 1)] as number
        if (kind === 'type' || kind === 'past') on.splice(from, to - from, typed)
        else if (kind === 'undo' || kind === 'redo') historyOf(object)[kind]()
        else if (kind === 'reload') await client.reload('doc')
        else if (kind === 'unfold') folded.unfold(folded.folds()[0]?.id ?? 0)
        else if (from < to) folded.fold(from, to, at % 3 === 0 ? '<->' : '…')
        if (waits) await new Promise((next) => setTimeout(next, 1))
        for (const [i, { folded: one, text: beneath }] of desks.entries()) {
          expect(seen[i]?.shown).toBe(one.toString())
          // What is shown with each placeholder replaced by what it hides is the text.
          const whole = one.folds().reduceRight((shown, { at: index, placeholder, hidden }) => {
            expect(shown.slice(index, index + placeholder.length)).toBe(placeholder)
            expect(hidden).not.toBe('')
            return shown.slice(0, index) + hidden + shown.slice(index + placeholder.length)
          }, one.toString())
          expect(whole).toBe(beneath.toString())
        }
      }
      for (const { client } of desks) client.setOffline(false)
      await settled()
      for (const { folded, text } of desks) {
        for (const { id } of folded.folds()) folded.unfold(id)
        expect(folded.toString()).toBe(text.toString())
        expect(text.toString()).toBe(desks[0]?.text.toString())
      }
    }),
    { numRuns: 40 },
  )
})
