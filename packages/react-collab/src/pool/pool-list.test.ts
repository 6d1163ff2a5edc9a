import type { ObjectId, Pool, PoolMember } from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { PoolList } from './pool-list.js'

const object = 'o' as ObjectId
const T = 1_700_000_000_000
const DAY = 86_400_000

const member = (client: string, more: Partial<PoolMember> = {}): PoolMember => ({
  client,
  principal: client,
  seenAt: T,
  syncedAt: T,
  seq: 5,
  connected: true,
  ...more,
})

const whole = (...clients: PoolMember[]): Pool => ({
  object,
  whole: true,
  clients,
  staleAfterMs: 7 * DAY,
})
const sight = { me: 'a', isLive: true, now: T }

function listOf(...clients: PoolMember[]): PoolList {
  const list = new PoolList()
  list.receive(whole(...clients), T)
  return list
}

describe('[POOL8] the clients of an object', () => {
  it('keep their identity, and the list its own, as long as nothing changed', () => {
    const list = listOf(member('a'), member('b'))
    const before = list.view(sight)
    list.receive({ object, clients: [member('b')] }, T + 1)
    expect(list.view(sight)).toBe(before)
    list.receive({ object, clients: [member('b', { seq: 6 })] }, T + 2)
    const after = list.view(sight)
    expect(after).not.toBe(before)
    expect(after[0]?.behind).toBe(1)
    list.receive({ object, clients: [member('a', { seq: 6 })] }, T + 3)
    expect(list.view(sight)[1]).toBe(after[1])
    list.receive(whole(member('a', { seq: 6 }), member('b', { seq: 6 })), T + 4)
    expect(list.view(sight)[1]).toBe(after[1])
  })

  it('come and go as they are told of, in the order of the server', () => {
    const list = listOf(member('b'), member('a'))
    list.receive({ object, clients: [member('c')] }, T)
    expect(list.view(sight).map(({ id }) => id)).toEqual(['b', 'a', 'c'])
    list.receive({ object, clients: [], gone: ['b'] }, T)
    expect(list.view(sight).map(({ id, isMe }) => [id, isMe])).toEqual([
      ['a', true],
      ['c', false],
    ])
    list.receive(whole(member('d')), T)
    expect(list.view(sight).map(({ id }) => id)).toEqual(['d'])
  })

  it('say how many entries they do not have that others have', () => {
    const list = listOf(member('a', { seq: 9 }), member('b', { seq: 2 }))
    list.receive({ object, clients: [{ ...member('c'), seq: undefined }] }, T)
    expect(list.view(sight).map(({ behind }) => behind)).toEqual([0, 7, undefined])
  })

  it('have this one as far as it is where there is no line, or it has told nothing', () => {
    const list = listOf(member('a', { seq: undefined }), member('b'))
    const behindAt = (isLive: boolean, here?: number) =>
      list.view({ ...sight, isLive, here })[0]?.behind
    expect(behindAt(true)).toBeUndefined()
    expect(behindAt(true, 3)).toBe(2)
    expect(behindAt(false, 5)).toBe(0)
    expect(behindAt(false, 7)).toBe(0)
    expect(list.view({ ...sight, isLive: false, here: 7 })[1]?.behind).toBe(0)
    list.receive({ object, clients: [member('a', { seq: 4 })] }, T)
    expect(behindAt(true, 5)).toBe(1)
    expect(behindAt(false, 5)).toBe(0)
    expect(behindAt(false)).toBe(1)
  })

  it('are stale once they were not heard of for as long as the server says', () => {
    const away = { connected: false, seenAt: T }
    const list = listOf(member('a'), member('b', away), member('c', { seenAt: T }))
    const staleAt = (now: number) => list.view({ ...sight, now }).map(({ stale }) => stale)
    expect(staleAt(T + 7 * DAY)).toEqual([false, false, false])
    expect(staleAt(T + 7 * DAY + 60_000)).toEqual([false, true, false])
  })

  it('are not connected where what is known is old', () => {
    const list = listOf(member('a'), member('b'))
    expect(list.view(sight).map(({ connected }) => connected)).toEqual([true, true])
    const offline = list.view({ ...sight, isLive: false })
    expect(offline.map(({ connected }) => connected)).toEqual([false, false])
  })

  it('are what was kept, until something newer is told', () => {
    const kept = listOf(member('a'), member('b')).stored
    const list = new PoolList()
    expect(list.receive({ object, clients: [member('c')] }, T)).toBe(false)
    expect(list.knownAt).toBeUndefined()
    list.restore(kept!, object)
    expect(list.view(sight).map(({ id }) => id)).toEqual(['a', 'b'])
    list.receive(whole(member('d')), T + 5)
    list.restore(kept!, object)
    expect(list.view(sight).map(({ id }) => id)).toEqual(['d'])
    expect(list.knownAt).toBe(T + 5)
  })
})
