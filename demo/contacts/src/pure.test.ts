import { describe, expect, it } from 'vitest'
import { guard } from '../../server.config.mjs'
import { initialsOf } from '../../shell/initials.js'
import { databaseName, readAddress, shareLink } from './book.js'
import { contactOf, detailOf, idOfRowKey, nameOf, rowKeyOf } from './contact.js'
import { describeEdit, touchedContacts } from './describe-edit.js'
import { hintFor } from './hints.js'
import { moveCursor, scrollTo, windowOf } from '../../shell/list-window.js'
import { hashOf, type Place, placeOf } from './place.js'
import { sampleContacts } from './samples.js'
import { timeAgo } from '../../shell/time-ago.js'
import { createToasts } from '../../shell/toast-list.js'

describe('the address of the page', () => {
  const at = 'https://demo.example/contacts/'

  it('names an address book and a server', () => {
    expect(readAddress(at)).toMatchObject({ book: 'contacts', server: 'https://demo.example' })
    expect(readAddress(`${at}?book=team#contact=1`).book).toBe('team')
    expect(readAddress(`${at}?server=http://localhost:4321/x`).server).toBe('http://localhost:4321')
    expect(readAddress(`${at}?server=javascript:alert(1)`).server).toBe('https://demo.example')
  })

  it('says when a book cannot be', () => {
    expect(readAddress(`${at}?book=my%20team`)).toMatchObject({
      book: undefined,
      asked: 'my team',
    })
    expect(readAddress(`${at}?book=`).book).toBe('contacts')
  })

  it('makes a link without the open contact', () => {
    expect(shareLink(`${at}?book=a#contact=1`, 'team')).toBe(`${at}?book=team`)
    expect(databaseName('http://a')).not.toBe(databaseName('http://b'))
  })

  it.each<[string, Place]>([
    ['', { view: 'list' }],
    ['#new', { view: 'new' }],
    ['#deleted', { view: 'deleted' }],
    ['#refused', { view: 'refused' }],
    ['#contact=a%2Fb', { view: 'contact', id: 'a/b' }],
  ])('%s is a place', (hash, place) => {
    expect(placeOf(hash)).toEqual(place)
    expect(hashOf(place)).toBe(hash)
  })

  it('takes any other hash for the list', () => {
    expect(placeOf('#contact=%E0%A4%A')).toEqual({ view: 'list' })
    expect(placeOf('#else')).toEqual({ view: 'list' })
  })
})

describe('a contact', () => {
  it('always has a name to show', () => {
    expect(nameOf({ name: ' ', company: 'Iris' })).toBe('Iris')
    expect(nameOf({})).toBe('No name')
    expect(detailOf({ name: 'Ada', company: 'Iris', phone: '1' })).toBe('Iris · 1')
    expect(detailOf({ company: 'Iris' })).toBe('')
  })

  it('leaves out what is no text', () => {
    const row = { id: '1', name: 'Ada', phone: 5 } as never
    expect(contactOf(row)).toEqual({ id: '1', name: 'Ada' })
    expect(contactOf(row)).toBe(contactOf(row))
  })

  it('has initials in any script', () => {
    expect(initialsOf('Ada King Lovelace')).toBe('AL')
    expect(initialsOf('élise')).toBe('É')
    expect(initialsOf('😀 Smile')).toBe('😀S')
    expect(initialsOf('Clever Seal (b)')).toBe('CB')
    expect(initialsOf('')).toBe('')
  })

  it('has a row key', () => {
    for (const id of ['sample-01', 'a/b ~c', 'ß']) expect(idOfRowKey(rowKeyOf(id))).toBe(id)
    expect(idOfRowKey('')).toBeUndefined()
    expect(idOfRowKey('todos/1')).toBeUndefined()
  })

  it('comes in twenty samples that the server takes', () => {
    expect(sampleContacts).toHaveLength(20)
    expect(new Set(sampleContacts.map(({ id }) => id)).size).toBe(20)
    for (const { phone } of sampleContacts) expect(hintFor('phone', phone ?? '')).toBeUndefined()
  })
})

describe('hints', () => {
  it('are friendly, and silent where nothing is odd', () => {
    expect(hintFor('phone', '+1 (202) 555-0107')).toBeUndefined()
    expect(hintFor('phone', 'CALL ME')).toMatch(/refuses letters/)
    expect(hintFor('phone', '--')).toMatch(/no digit/)
    expect(hintFor('email', 'ada@x.org')).toBeUndefined()
    expect(hintFor('email', 'ada')).toMatch(/usually/)
    expect(hintFor('email', 'ada @x.org')).toMatch(/space/)
    expect(hintFor('name', '')).toBeUndefined()
  })

  it('agree with what the server refuses', () => {
    const event = (field: string, value: unknown): unknown[] => [
      1,
      'stamp',
      [['=', 'contacts/1', field, value]],
    ]
    expect(guard(event('phone', 'CALL ME'))).toBe('A phone number has no letters')
    expect(guard(event('phone', 'звони'))).toBe('A phone number has no letters')
    expect(guard(event('phone', '+1 202'))).toBeUndefined()
    expect(guard(event('name', 'Ada'))).toBeUndefined()
    expect(guard([1, 'stamp', [['x', 'contacts/1', 'phone']]])).toBeUndefined()
  })
})

describe('an edit in words', () => {
  it('tells what was tried', () => {
    const key = 'contacts/1'
    expect(describeEdit([['=', key, 'phone', 'x']])).toEqual({
      id: '1',
      action: 'change',
      values: { phone: 'x' },
    })
    const create = [
      ['=', key, 'name', 'Ada'],
      ['=', key, '$del', false],
    ] as const
    expect(describeEdit(create).action).toBe('create')
    expect(describeEdit([['=', key, '$del', true]]).action).toBe('delete')
    expect(describeEdit([['=', key, '$del', false]]).action).toBe('restore')
    expect(describeEdit([['=', '', 'title', 'Team']])).toMatchObject({ action: 'rename' })
    expect(describeEdit([['x', key, 'phone']]).values).toEqual({ phone: '' })
  })

  it('finds the contacts that edits touch', () => {
    const edits = [
      { patches: [['=', 'contacts/1', 'name', 'A']] },
      { patches: [['=', '', 'title', 'T']] },
      { patches: [['=', 'contacts/a%2Fb', 'name', 'B']] },
    ] as const
    expect(touchedContacts(edits)).toEqual(new Set(['1', 'a/b']))
  })

  it('tells how long ago', () => {
    const now = 1_700_000_000_000
    expect(timeAgo(now - 5_000, now)).toBe('just now')
    expect(timeAgo(now - 150_000, now)).toBe('2 minutes ago')
    expect(timeAgo(now - 90_000_000, now)).toBe('yesterday')
  })
})

describe('the list', () => {
  const view = { viewHeight: 640, rowHeight: 64 }

  it('renders what is in view and a margin', () => {
    expect(windowOf({ ...view, scrollTop: 0, count: 10_000 })).toEqual({ first: 0, end: 22 })
    expect(windowOf({ ...view, scrollTop: 64_000, count: 10_000 })).toEqual({
      first: 988,
      end: 1022,
    })
    expect(windowOf({ ...view, scrollTop: 9999, count: 3 })).toEqual({ first: 3, end: 3 })
  })

  it('scrolls no further than it must', () => {
    expect(scrollTo(5, { ...view, scrollTop: 0 })).toBe(0)
    expect(scrollTo(10, { ...view, scrollTop: 0 })).toBe(64)
    expect(scrollTo(2, { ...view, scrollTop: 640 })).toBe(128)
  })

  it('moves the cursor by keys', () => {
    expect(moveCursor('ArrowDown', -1, 5, 3)).toBe(0)
    expect(moveCursor('ArrowUp', -1, 5, 3)).toBe(4)
    expect(moveCursor('ArrowDown', 4, 5, 3)).toBe(4)
    expect(moveCursor('PageDown', 1, 5, 3)).toBe(4)
    expect(moveCursor('PageUp', 1, 5, 3)).toBe(0)
    expect(moveCursor('End', 0, 5, 3)).toBe(4)
    expect(moveCursor('Home', 4, 5, 3)).toBe(0)
    expect(moveCursor('a', 0, 5, 3)).toBeUndefined()
    expect(moveCursor('ArrowDown', -1, 0, 3)).toBeUndefined()
  })
})

describe('toasts', () => {
  it('are few, and go', () => {
    const toasts = createToasts()
    for (const text of ['a', 'b', 'c', 'd']) toasts.show(text)
    expect(toasts.read().map(({ text }) => text)).toEqual(['b', 'c', 'd'])
    toasts.close(toasts.read()[0]?.key ?? 0)
    expect(toasts.read().map(({ text }) => text)).toEqual(['c', 'd'])
  })
})
