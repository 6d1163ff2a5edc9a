import { act, cleanup, render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { type BranchView, useBranch } from './use-branch.js'
import { useSharedObject } from './use-shared-object.js'

let client: Client
/** What the component got at its last render. */
const seen: { draft?: BranchView; renders: number } = { renders: 0 }
const draft = (): BranchView => seen.draft!

function look(view: BranchView): BranchView {
  seen.draft = view
  seen.renders += 1
  return view
}

afterEach(async () => {
  cleanup()
  await client.close()
  seen.renders = 0
})

function Titles() {
  const branch = look(useBranch('doc', 'draft'))
  const [master] = useSharedObject<{ title: string }>('doc')
  const [own] = useSharedObject<{ title: string }>(branch.target as string)
  return (
    <p>
      {branch.status} {branch.ahead}: {master?.title} / {own?.title}
    </p>
  )
}

const page = () => (
  <StrictMode>
    <CollabProvider client={client}>
      <Titles />
    </CollabProvider>
  </StrictMode>
)

const shows = (text: string) =>
  vi.waitFor(() => expect(screen.getByRole('paragraph').textContent).toBe(text))

it('[HOOK50] useBranch makes, pushes, pulls and drops a branch, and tells how it stands', async () => {
  client = createTestClient(createFakeServer())
  client.open('doc').object.change({ title: 'Old' })
  render(page())
  await shows('none 0: Old / ')
  await act(() => draft().create())
  await shows('open 0: Old / Old')
  await act(async () => client.peek('doc!draft').change({ title: 'New' }))
  await shows('open 1: Old / New')
  await act(async () => client.peek('doc').change({ other: 1 }))
  await act(() => draft().pull())
  expect(client.peek('doc!draft').get()).toEqual({ title: 'New', other: 1 })
  await act(() => draft().push().local)
  await shows('open 0: New / New')
  await act(() => draft().drop())
  await shows('none 0: New / ')
})

it('[HOOK50] its functions are stable, and edits of others render nothing', async () => {
  client = createTestClient(createFakeServer())
  function Ahead() {
    return <p>{look(useBranch('doc', 'draft')).status}</p>
  }
  render(
    <CollabProvider client={client}>
      <Ahead />
    </CollabProvider>,
  )
  await shows('none')
  const before = seen.renders
  const { create, push, pull, drop } = draft()
  await act(async () => client.peek('doc').change({ title: 'Old' }))
  await act(async () => client.peek('doc').add('rows', { name: 'x' }))
  expect(seen.renders).toBe(before)
  await act(() => draft().create())
  await shows('open')
  expect(draft()).toMatchObject({ create, push, pull, drop })
})

it('[HOOK50] on a server it is loading', () => {
  client = createTestClient(createFakeServer())
  expect(renderToString(page())).toContain('loading')
})
