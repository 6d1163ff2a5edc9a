import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react'
import { startTransition, StrictMode, useState } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useConnection } from './use-connection.js'
import { useContacts } from './use-contacts.js'
import { useOutbox } from './use-outbox.js'
import { useRow } from './use-row.js'
import { useRows } from './use-rows.js'
import { useSharedObject } from './use-shared-object.js'
import { useSyncStatus } from './use-sync-status.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

let client: Client

afterEach(async () => {
  cleanup()
  await client.close()
})

const tick = () => new Promise((resolve) => setTimeout(resolve))

/** Takes its time, so that a concurrent render is interrupted. */
function linger(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

it('[HOOK9] shows one state to all readers of a commit, while writes interrupt renders', async () => {
  client = createTestClient(createFakeServer())
  await client.loaded('o')
  const object = client.peek('o')
  const write = (n: number) => {
    object.change({ n })
    object.update('rows', 'r', { n })
  }
  write(0)
  const Reader = () => {
    const [n] = useSharedObject('o', (o: { n: number }) => o.n)
    const [row] = useRow<{ n?: number }>('o', 'rows', 'r')
    const rows = useRows<{ n?: number }>('o', 'rows')
    linger(2)
    return <i>{[n, row?.n, rows.data?.[0]?.n].join()}</i>
  }
  const Many = () => {
    const [count, setCount] = useState(0)
    const more = () => startTransition(() => setCount((before) => before + 20))
    return [<button key="more" onClick={more} />, ...readers(count)]
  }
  const readers = (count: number) => Array.from({ length: count }, (_, i) => <Reader key={i} />)
  const shown = () => [...document.querySelectorAll('i')].map((node) => node.textContent)
  render(
    <CollabProvider client={client}>
      <Many />
    </CollabProvider>,
  )
  const torn: unknown[] = []
  const observer = new MutationObserver(() => {
    const states = new Set(shown().flatMap((text) => text.split(',')))
    if (states.size > 1) torn.push([...states])
  })
  observer.observe(document.body, { childList: true, characterData: true, subtree: true })
  for (let i = 1; i <= 5; i++) {
    screen.getByRole('button').click()
    for (let j = 0; j < 4; j++) {
      await tick()
      write(i * 10 + j)
    }
    await waitFor(() => expect(shown()).toHaveLength(i * 20))
  }
  await waitFor(() => expect(shown()).toEqual(Array.from({ length: 100 }, () => '53,53,53')))
  observer.disconnect()
  expect(torn).toEqual([])
}, 20_000)

const Everything = () => {
  const [todo] = useSharedObject<{ title?: string }>('o')
  const [row] = useRow<{ n?: number }>('o', 'rows', 'r')
  const rows = useRows('o', 'rows')
  const { contacts, total } = useContacts('o')
  const { status } = useConnection()
  const { state } = useSyncStatus()
  const smooth = useSyncStatus({ smooth: true })
  const { pending } = useOutbox()
  const parts = [todo?.title, row?.n, rows.status, contacts?.length, total, status, state]
  return <p>{[...parts, smooth.state, pending.length].map(String).join(' ')}</p>
}

const app = () => (
  <StrictMode>
    <CollabProvider client={client}>
      <Everything />
    </CollabProvider>
  </StrictMode>
)

const unknown = 'undefined undefined loading undefined 0 offline loading loading 0'

it('[HOOK10] renders the loading state on a server, and opens nothing there', () => {
  client = createTestClient(createFakeServer())
  const peeked = vi.spyOn(client, 'peek')
  expect(renderToString(app())).toBe(`<p>${unknown}</p>`)
  expect(peeked).not.toHaveBeenCalled()
})

it('[HOOK10] hydrates without a warning, though the browser knows more by then', async () => {
  client = createTestClient(createFakeServer())
  const errors = vi.spyOn(console, 'error')
  const element = document.body.appendChild(document.createElement('div'))
  element.innerHTML = renderToString(app())
  const object = client.peek('o')
  object.change({ title: 'known' })
  await object.add('rows', { id: 'r', n: 1 }).server
  const onRecoverableError = vi.fn()
  const root = await act(() => hydrateRoot(element, app(), { onRecoverableError }))
  expect(screen.getByText('known 1 ready 0 0 online synced synced 0')).toBeTruthy()
  expect(onRecoverableError).not.toHaveBeenCalled()
  expect(errors).not.toHaveBeenCalled()
  act(() => root.unmount())
  element.remove()
  errors.mockRestore()
})
