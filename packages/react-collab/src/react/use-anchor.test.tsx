import type { TextRange } from '@react-collab/core'
import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useAnchor } from './use-anchor.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

const open: Client[] = []

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

function show(server: FakeServer, initial?: TextRange | null) {
  const client = createTestClient(server)
  open.push(client)
  let renders = 0
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <CollabProvider client={client}>{children}</CollabProvider>
    </StrictMode>
  )
  const hook = renderHook(
    ({ stored }: { stored: TextRange | null | undefined }) => {
      renders += 1
      return useAnchor('doc', 'body', stored)
    },
    { wrapper, initialProps: { stored: initial } },
  )
  const text = () => client.peek('doc').text('body')
  const spot = () => {
    const [place] = hook.result.current
    return place && [place.from, place.to]
  }
  const hold = (from: number | null, to?: number) => {
    let range: TextRange | undefined
    act(() => void (range = hook.result.current[1](from as number, to)))
    return range
  }
  return { client, hook, text, spot, hold, renders: () => renders }
}

async function begin(server: FakeServer, content: string) {
  const one = show(server)
  await one.client.loaded('doc')
  act(() => void one.text().insert(0, content))
  return one
}

describe('[HOOK61] useAnchor', () => {
  it('holds on to a stretch, and renders when it moves', async () => {
    const { text, spot, hold, hook, renders } = await begin(createFakeServer(), 'hello world')
    expect(spot()).toBeUndefined()
    hold(6, 11)
    expect(spot()).toEqual([6, 11])
    const [before, held] = [renders(), hook.result.current]
    act(() => void text().insert(11, '!'))
    hook.rerender({ stored: undefined })
    expect(renders()).toBe(before + 2)
    expect(hook.result.current).toEqual(held)
    expect(hook.result.current[1]).toBe(held[1])
    act(() => void text().insert(0, '> '))
    expect(spot()).toEqual([8, 13])
    act(() => void text().remove(5, 9))
    expect(spot()).toEqual([5, 5])
    hold(null)
    expect(spot()).toBeUndefined()
  })

  it('gives what can be stored, and shows what was, for others too', async () => {
    const server = createFakeServer()
    const a = await begin(server, 'hello world')
    const range = a.hold(0, 5)
    expect(a.hook.result.current[0]?.range).toEqual(range)
    const stored = JSON.parse(JSON.stringify(range)) as TextRange
    const b = show(server, stored)
    expect(b.spot()).toBeUndefined()
    await waitFor(() => expect(b.spot()).toEqual([0, 5]))
    act(() => void b.text().insert(0, '> '))
    await waitFor(() =>
      expect([a.spot(), b.spot()]).toEqual([
        [2, 7],
        [2, 7],
      ]),
    )
  })

  it('shows another that is given, and its own until then', async () => {
    const a = await begin(createFakeServer(), 'hello world')
    const word = a.hold(6, 11)!
    a.hook.rerender({ stored: { ...word } })
    a.hold(0, 5)
    a.hook.rerender({ stored: { ...word } })
    expect(a.spot()).toEqual([0, 5])
    a.hook.rerender({ stored: { from: word.from, to: word.from } })
    expect(a.spot()).toEqual([6, 6])
    a.hook.rerender({ stored: 'nonsense' as never })
    expect(a.spot()).toBeUndefined()
  })

  it('refuses what is no place, and holds what it held', async () => {
    const { spot, hold } = await begin(createFakeServer(), '😀 hello')
    hold(3)
    expect(() => hold(1)).toThrow(/BAD_OFFSET/)
    expect(() => hold(5, 4)).toThrow(/BAD_OFFSET/)
    expect(() => hold(0, 99)).toThrow(/BAD_OFFSET/)
    expect(spot()).toEqual([3, 3])
  })
})
