import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { presenceOf } from '../presence/presence.js'
import type { Peer } from '../presence/roster.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useBroadcast } from './use-broadcast.js'
import { useMyPresence } from './use-my-presence.js'
import { useOthers } from './use-others.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

interface Me {
  name: string
  row: number
}

const open: Client[] = []

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

function at(server: FakeServer) {
  const client = createTestClient(server)
  open.push(client)
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <CollabProvider client={client}>{children}</CollabProvider>
    </StrictMode>
  )
  return { client, wrapper }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('[HOOK70] useMyPresence', () => {
  it('shows this tab while mounted, also in StrictMode, and not a moment longer', async () => {
    const server = createFakeServer()
    const [a, b] = [at(server), at(server)]
    const mine = renderHook(() => useMyPresence<Me>('o', { name: 'Ada' }), { wrapper: a.wrapper })
    const others = renderHook(() => useOthers<Me>('o'), { wrapper: b.wrapper })
    await waitFor(() =>
      expect(others.result.current.map(({ state }) => state)).toEqual([{ name: 'Ada' }]),
    )
    const [, update] = mine.result.current
    act(() => update({ row: 1 }))
    expect(mine.result.current[0]).toEqual({ name: 'Ada', row: 1 })
    expect(mine.result.current[1]).toBe(update)
    await waitFor(() => expect(others.result.current[0]?.state).toEqual({ name: 'Ada', row: 1 }))
    mine.unmount()
    await waitFor(() => expect(others.result.current).toEqual([]))
    update({ row: 2 })
    await pause(120)
    expect(others.result.current).toEqual([])
  })

  it('is one state for all components of a tab, until the last has gone', async () => {
    const server = createFakeServer()
    const [a, b] = [at(server), at(server)]
    const one = renderHook(() => useMyPresence<Me>('o', { name: 'Ada' }), { wrapper: a.wrapper })
    const two = renderHook(() => useMyPresence<Me>('o', { name: 'Other', row: 2 }), {
      wrapper: a.wrapper,
    })
    const others = renderHook(() => useOthers<Me>('o'), { wrapper: b.wrapper })
    const both = { name: 'Ada', row: 2 }
    expect([one.result.current[0], two.result.current[0]]).toEqual([both, both])
    await waitFor(() => expect(others.result.current[0]?.state).toEqual(both))
    one.unmount()
    await pause(120)
    expect(others.result.current[0]?.state).toEqual(both)
    two.unmount()
    await waitFor(() => expect(others.result.current).toEqual([]))
  })

  it('shows nothing of the object before under another id', async () => {
    const server = createFakeServer()
    const [a, b] = [at(server), at(server)]
    const mine = renderHook(({ id }) => useMyPresence<Me>(id, { name: 'Ada' }), {
      wrapper: a.wrapper,
      initialProps: { id: 'o' },
    })
    act(() => mine.result.current[1]({ row: 1 }))
    const others = renderHook(() => [useOthers<Me>('o'), useOthers<Me>('p')], {
      wrapper: b.wrapper,
    })
    await waitFor(() => expect(others.result.current[0]).toHaveLength(1))
    mine.rerender({ id: 'p' })
    expect(mine.result.current[0]).toEqual({ name: 'Ada' })
    await waitFor(() => expect(others.result.current.map(({ length }) => length)).toEqual([0, 1]))
  })

  it('renders nothing on a server, and refuses what is no state at the call', () => {
    const { client, wrapper } = at(createFakeServer())
    const Show = () => {
      const [me] = useMyPresence<Me>('o', { name: 'Ada' })
      return <p>{JSON.stringify([me, useOthers('o')])}</p>
    }
    const html = renderToString(
      <CollabProvider client={client}>
        <Show />
      </CollabProvider>,
    )
    expect(html).toBe('<p>[{},[]]</p>')
    const mine = renderHook(() => useMyPresence('o'), { wrapper })
    expect(() => mine.result.current[1]({ $x: 1 })).toThrow(/RESERVED_NAME/)
    expect(() => renderHook(() => useOthers('o', 5 as never), { wrapper })).toThrow(/BAD_VALUE/)
  })
})

describe('[HOOK71] useOthers', () => {
  it('renders again only when what is selected changed', async () => {
    const server = createFakeServer()
    const [a, b] = [at(server), at(server)]
    const presence = presenceOf<Me>(a.client.open('o').object)
    presence.set({ name: 'Ada' })
    let renders = 0
    const names = renderHook(
      () => {
        renders += 1
        return useOthers('o', (peers: readonly Peer<Me>[]) => peers.map(({ state }) => state.name))
      },
      { wrapper: b.wrapper },
    )
    await waitFor(() => expect(names.result.current).toEqual(['Ada']))
    const [before, shown] = [renders, names.result.current]
    presence.set({ row: 1 })
    presence.showCaret('a caret')
    await waitFor(() =>
      expect(presenceOf(b.client.peek('o')).others()[0]?.state).toMatchObject({ row: 1 }),
    )
    expect([renders, names.result.current]).toEqual([before, shown])
    presence.set({ name: 'Ann' })
    await waitFor(() => expect(names.result.current).toEqual(['Ann']))
  })

  it('takes a comparison', async () => {
    const server = createFakeServer()
    const [a, b] = [at(server), at(server)]
    const presence = presenceOf<Me>(a.client.open('o').object)
    const hook = renderHook(
      () =>
        useOthers<Me, number>(
          'o',
          (peers) => peers[0]?.state.row ?? 0,
          (x, y) => x >> 1 === y >> 1,
        ),
      { wrapper: b.wrapper },
    )
    presence.set({ row: 4 })
    await waitFor(() => expect(hook.result.current).toBe(4))
    presence.set({ row: 5 })
    await pause(120)
    expect(hook.result.current).toBe(4)
    presence.set({ row: 6 })
    await waitFor(() => expect(hook.result.current).toBe(6))
  })
})

it('[HOOK72] useBroadcast says something to all others, and hears what they say', async () => {
  const server = createFakeServer()
  const [a, b] = [at(server), at(server)]
  const heard: unknown[] = []
  const mine = renderHook(
    ({ who }) => useBroadcast<string>('o', (message) => heard.push([who, message])),
    { wrapper: a.wrapper, initialProps: { who: 'first' } },
  )
  const theirs = renderHook(() => useBroadcast<string>('o'), { wrapper: b.wrapper })
  const say = theirs.result.current
  await waitFor(() =>
    expect([a, b].map(({ client }) => client.status.state)).toEqual(['synced', 'synced']),
  )
  act(() => say('one'))
  await waitFor(() => expect(heard).toEqual([['first', 'one']]))
  mine.rerender({ who: 'second' })
  act(() => say('two'))
  await waitFor(() =>
    expect(heard).toEqual([
      ['first', 'one'],
      ['second', 'two'],
    ]),
  )
  expect(theirs.result.current).toBe(say)
  mine.unmount()
  say('three')
  await pause(120)
  expect(heard).toHaveLength(2)
})
