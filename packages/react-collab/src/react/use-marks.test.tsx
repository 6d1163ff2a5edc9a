import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useMarks } from './use-marks.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

const open: Client[] = []

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

function show(server: FakeServer, parts = {}) {
  const client = createTestClient(server, parts)
  open.push(client)
  let renders = 0
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <CollabProvider client={client}>{children}</CollabProvider>
    </StrictMode>
  )
  const hook = renderHook(
    () => {
      renders += 1
      // Written anew in each render, as people do.
      return useMarks('doc', ['notes', 'a', 'body'], { grows: { bold: true } })
    },
    { wrapper },
  )
  const text = () => client.peek('doc').text(['notes', 'a', 'body'])
  return { client, hook, text, ranges: () => hook.result.current.ranges, renders: () => renders }
}

describe('[HOOK60] useMarks', () => {
  it('shows what is marked here and elsewhere, also offline', async () => {
    const server = createFakeServer()
    const [a, b] = [show(server), show(server)]
    expect(a.ranges()).toBeUndefined()
    await waitFor(() => expect([a.ranges(), b.ranges()]).toEqual([[], []]))
    act(() => void a.text().insert(0, 'hello world'))
    act(() => void a.hook.result.current.toggle(0, 5, 'bold'))
    const bold = [{ from: 0, to: 5, marks: { bold: true } }]
    expect(a.ranges()).toEqual(bold)
    await waitFor(() => expect(b.ranges()).toEqual(bold))
    act(() => b.client.setOffline(true))
    act(() => void b.text().insert(0, '> '))
    expect(b.ranges()).toEqual([{ from: 2, to: 7, marks: { bold: true } }])
    act(() => void b.hook.result.current.unmark(2, 7, 'bold'))
    act(() => b.client.setOffline(false))
    await waitFor(() => expect(a.ranges()).toEqual([]))
  })

  it('renders only when the stretches are others, and its functions stay the same', async () => {
    const { client, hook, text, ranges, renders } = show(createFakeServer())
    await waitFor(() => expect(ranges()).toEqual([]))
    act(() => void text().insert(0, 'hello world'))
    act(() => void hook.result.current.mark(0, 5, 'link', 'https://example.org'))
    const [before, first] = [renders(), hook.result.current]
    act(() => void text().insert(11, '!'))
    act(() => void client.peek('doc').update('notes', 'a', { title: 'x' }))
    hook.rerender()
    expect(hook.result.current).toBe(first)
    // StrictMode renders twice what is rendered once.
    expect(renders()).toBe(before + 2)
    expect(hook.result.current.at(4)).toEqual({ link: 'https://example.org' })
    expect(hook.result.current.has(0, 6, 'link')).toBe(false)
  })

  it('refuses what is no stretch, and has changed nothing', async () => {
    const { client, hook, text, ranges } = show(createFakeServer(), { offline: true })
    await waitFor(() => expect(ranges()).toEqual([]))
    act(() => void text().insert(0, '😀'))
    expect(() => hook.result.current.mark(0, 1, 'bold')).toThrow(/BAD_OFFSET/)
    expect(() => hook.result.current.mark(0, 2, '__proto__')).toThrow(/RESERVED_NAME/)
    expect(client.outbox.pending).toHaveLength(1)
  })
})
