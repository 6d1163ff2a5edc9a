import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { StrictMode, useState } from 'react'
import { afterEach, expect, it } from 'vitest'
import type { Client } from '../client.js'
import type { SharedText } from '../shared-text.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { type Folding, useFold } from './use-fold.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

const open: Client[] = []

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

/** What the hook gave last, and the functions that it ever gave. */
const given: { last: Folding<HTMLTextAreaElement> | undefined; actions: Set<unknown> } = {
  last: undefined,
  actions: new Set(),
}

function note(folding: Folding<HTMLTextAreaElement>): void {
  given.last = folding
  for (const action of [folding.fold, folding.unfold, folding.restore]) given.actions.add(action)
}

function Note({
  onRender,
}: {
  readonly onRender: (folding: Folding<HTMLTextAreaElement>) => void
}) {
  const folding = useFold<HTMLTextAreaElement>('note', 'body')
  const { props, folds, fold, unfold } = folding
  const [from, setFrom] = useState({ start: 0, end: 0 })
  onRender(folding)
  return (
    <>
      <textarea
        aria-label="body"
        {...props}
        onSelect={({ currentTarget: { selectionStart: start, selectionEnd: end } }) =>
          setFrom({ start, end })
        }
      />
      <button onClick={() => fold(from.start, from.end)}>Fold</button>
      {folds.map(({ id, hidden }) => (
        <button key={id} onClick={() => unfold(id)}>
          {hidden}
        </button>
      ))}
    </>
  )
}

async function show(text: string): Promise<{ area: HTMLTextAreaElement; other: SharedText }> {
  const server = createFakeServer()
  const [client, second] = [createTestClient(server), createTestClient(server)]
  open.push(client, second)
  const { object } = second.open('note')
  await second.loaded('note')
  const other = object.text('body')
  await other.insert(0, text).server
  render(
    <StrictMode>
      <CollabProvider client={client}>
        <Note onRender={note} />
      </CollabProvider>
    </StrictMode>,
  )
  expect(given.last?.folds).toEqual([])
  const area = screen.getByLabelText<HTMLTextAreaElement>('body')
  await waitFor(() => expect(area.value).toBe(text))
  area.focus()
  return { area, other }
}

/** Types at the selection, as a browser does. */
function type(area: HTMLTextAreaElement, text: string): void {
  const { selectionStart: start, selectionEnd: end, value } = area
  const setter = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set
  act(() => {
    setter?.call(area, value.slice(0, start) + text + value.slice(end))
    area.setSelectionRange(start + text.length, start + text.length)
    fireEvent.input(area)
  })
}

function select(area: HTMLTextAreaElement, start: number, end: number): void {
  area.setSelectionRange(start, end)
  fireEvent.select(area)
}

it('[HOOK52] useFold binds a text whose parts are hidden, while others type in it', async () => {
  const { area, other } = await show('one two three')
  select(area, 4, 7)
  fireEvent.click(screen.getByText('Fold'))
  expect(area.value).toBe('one … three')
  select(area, 5, 5)
  act(() => void other.insert(5, 'WW'))
  act(() => void other.insert(0, '> '))
  await screen.findByText('tWWwo')
  expect([area.value, area.selectionStart]).toEqual(['> one … three', 7])
  type(area, '!')
  expect(area.value).toBe('> one …! three')
  await waitFor(() => expect(other.toString()).toBe('> one tWWwo! three'))
  fireEvent.keyDown(area, { key: 'z', ctrlKey: true })
  expect(area.value).toBe('> one … three')
  fireEvent.click(screen.getByText('tWWwo'))
  expect(area.value).toBe('> one tWWwo three')
  expect(given.last?.folds).toEqual([])
})

it('[HOOK52] Backspace on a placeholder unfolds; folds are kept as JSON; functions stay', async () => {
  const { area } = await show('one two three')
  act(() => void given.last?.fold(4, 7))
  const saved = JSON.parse(JSON.stringify(given.last?.folds)) as Folding['folds']
  select(area, 4, 5)
  type(area, '')
  expect(area.value).toBe('one two three')
  act(() => void given.last?.restore(saved))
  expect(area.value).toBe('one … three')
  // StrictMode makes them twice at first.
  expect(given.actions.size).toBeLessThanOrEqual(6)
})
