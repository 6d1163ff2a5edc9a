import { describe, expect, it } from 'vitest'
import { readAddress } from './address.js'
import { byAge, excerptOf, nameOf, wordsIn } from './note.js'

describe('a note in the list', () => {
  it('has a name, also without a title', () => {
    expect(nameOf({ id: 'a', title: ' Plan ' })).toBe('Plan')
    expect(nameOf({ id: 'a', title: '  ' })).toBe('Untitled')
    expect(nameOf({ id: 'a' })).toBe('Untitled')
  })

  it('shows how it begins, on one line', () => {
    expect(excerptOf({ id: 'a', body: 'one\n\n  two' })).toBe('one two')
    expect(excerptOf({ id: 'a' })).toBe('No text yet')
  })

  it('stands by age, newest first, the same for all', () => {
    const notes = [{ id: 'b', begun: 1 }, { id: 'a', begun: 1 }, { id: 'c', begun: 2 }, { id: 'd' }]
    expect(notes.toSorted(byAge).map(({ id }) => id)).toEqual(['c', 'a', 'b', 'd'])
  })
})

it.each([
  ['', '0 words'],
  [' one ', '1 word'],
  ['one\ntwo', '2 words'],
])('%j has %s', (body, words) => expect(wordsIn(body)).toBe(words))

it.each([
  ['https://a.example/notes/', 'notes'],
  ['https://a.example/notes/?pad=team', 'team'],
  ['https://a.example/notes/?pad=a/b', 'notes'],
])('%s opens %s', (href, pad) => {
  expect(readAddress(href)).toEqual({ pad, server: 'https://a.example' })
})
