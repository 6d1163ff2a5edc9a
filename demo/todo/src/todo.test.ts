import { expect, test } from 'vitest'
import { databaseName, readAddress } from './address.js'
import { filterOf, indexAt, isShown, leftWords, neighbourAt, shiftOf } from './todo.js'

test('the address names list and server', () => {
  const at = (search: string) => readAddress(`https://collab.example/todo/${search}`)
  expect(at('')).toEqual({ list: 'todos', server: 'https://collab.example' })
  expect(at('?list=home&server=http://localhost:1/x')).toEqual({
    list: 'home',
    server: 'http://localhost:1',
  })
  expect(at('?list=no such&server=none').list).toBe('todos')
  expect(databaseName('x')).toBe('todo x')
})

test('the route names the filter', () => {
  expect(['', '#', '#/', '#/active', '#/completed', '#nothing'].map(filterOf)).toEqual([
    'all',
    'all',
    'all',
    'active',
    'completed',
    'all',
  ])
  const [open, done] = [{ id: 'a' }, { id: 'b', done: true }]
  expect([isShown('all', open), isShown('active', open), isShown('completed', open)]).toEqual([
    true,
    true,
    false,
  ])
  expect([isShown('active', done), isShown('completed', done)]).toEqual([false, true])
})

test('what is left is counted in words', () => {
  expect([0, 1, 2, 1200].map(leftWords)).toEqual([
    '0 items left',
    '1 item left',
    '2 items left',
    '1,200 items left',
  ])
})

const of = (ids: string) => [...ids].map((id) => ({ id }))

test('a move among those that are shown finds its place among all', () => {
  expect(neighbourAt(of('abcd'), of('abcd'), 'a', 2)).toBe('d')
  expect(neighbourAt(of('abcd'), of('abcd'), 'a', 3)).toBeUndefined()
  expect(neighbourAt(of('abcd'), of('abcd'), 'd', -1)).toBe('a')
  // b and d are hidden: a stands behind c, and before d.
  expect(neighbourAt(of('abcd'), of('ac'), 'a', 1)).toBe('d')
  expect(neighbourAt(of('abcd'), of('ac'), 'c', 0)).toBe('a')
})

test('a dragged row stands where its middle has passed the middle of others', () => {
  const rows = [0, 40, 80, 140].map((top) => ({ top, height: top === 80 ? 60 : 40 }))
  expect(indexAt(rows, 0, 0)).toBe(0)
  expect(indexAt(rows, 0, 41)).toBe(1)
  expect(indexAt(rows, 0, 500)).toBe(3)
  expect(indexAt(rows, 3, -51)).toBe(2)
  expect(indexAt(rows, 3, -500)).toBe(0)
  expect(indexAt(rows, 9, 5)).toBe(9)
  expect([0, 1, 2, 3].map((i) => shiftOf(i, 0, 2, 40))).toEqual([0, -40, -40, 0])
  expect([0, 1, 2, 3].map((i) => shiftOf(i, 3, 1, 40))).toEqual([0, 40, 40, 0])
})
