import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import type { SharedText } from '../shared-text.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useText } from './use-text.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

const open: Client[] = []
const renders = { count: 0 }

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
  renders.count = 0
})

function Note({ onRender }: { readonly onRender: () => void }) {
  onRender()
  return <textarea aria-label="body" {...useText<HTMLTextAreaElement>('note', 'body')} />
}

/** A page that shows a text with the caret in it, and the text as somebody else has it. */
async function show(text: string): Promise<{ area: HTMLTextAreaElement; other: SharedText }> {
  const server = createFakeServer()
  const [client, second] = [createTestClient(server), createTestClient(server)]
  open.push(client, second)
  const { object } = second.open('note')
  await second.loaded('note')
  const other = object.text('body')
  if (text !== '') await other.insert(0, text).server
  render(
    <StrictMode>
      <CollabProvider client={client}>
        <Note onRender={() => void (renders.count += 1)} />
      </CollabProvider>
    </StrictMode>,
  )
  const area = screen.getByLabelText<HTMLTextAreaElement>('body')
  await waitFor(() => expect(area.value).toBe(text))
  await waitFor(() => expect(area.readOnly).toBe(false))
  area.focus()
  return { area, other }
}

/** Types at the caret, as a browser does: the control has changed when its event comes. */
function type(area: HTMLTextAreaElement, text: string): void {
  const { selectionStart: start, selectionEnd: end, value } = area
  const next = value.slice(0, start) + text + value.slice(end)
  const setter = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set
  act(() => {
    setter?.call(area, next)
    area.setSelectionRange(start + text.length, start + text.length)
    fireEvent.input(area)
  })
}

describe('[HOOK41] useText', () => {
  it('sends what is typed and shows what others type', async () => {
    const { area, other } = await show('hello')
    area.setSelectionRange(5, 5)
    type(area, ' you')
    expect(area.value).toBe('hello you')
    expect(area.selectionStart).toBe(9)
    await waitFor(() => expect(other.toString()).toBe('hello you'))
    act(() => void other.insert(5, ', all of'))
    await waitFor(() => expect(area.value).toBe('hello, all of you'))
  })

  it('keeps caret and selection where they were while others edit', async () => {
    const { area, other } = await show('one two three')
    area.setSelectionRange(4, 7)
    act(() => void other.insert(0, 'zero '))
    await waitFor(() => expect(area.value).toBe('zero one two three'))
    expect([area.selectionStart, area.selectionEnd]).toEqual([9, 12])
    act(() => void other.remove(10, 8))
    await waitFor(() => expect(area.value).toBe('zero one t'))
    expect([area.selectionStart, area.selectionEnd]).toEqual([9, 10])
    act(() => void other.insert(10, '!'))
    await waitFor(() => expect(area.value).toBe('zero one t!'))
    expect([area.selectionStart, area.selectionEnd]).toEqual([9, 10])
  })

  it('has the caret where it was when the focus comes back', async () => {
    const { area, other } = await show('one two')
    area.setSelectionRange(3, 3)
    area.blur()
    act(() => void other.insert(7, ' three'))
    await waitFor(() => expect(area.value).toBe('one two three'))
    act(() => void other.insert(0, 'zero '))
    await waitFor(() => expect(area.value).toBe('zero one two three'))
    area.focus()
    expect([area.selectionStart, area.selectionEnd]).toEqual([8, 8])
  })

  it('tells equal letters apart by the caret', async () => {
    const { area, other } = await show('aaaa')
    const first = other.anchor(1)
    area.setSelectionRange(0, 0)
    type(area, 'a')
    await waitFor(() => expect(other.toString()).toBe('aaaaa'))
    expect(other.resolve(first)).toBe(2)
  })

  it('leaves an input method alone until it is done', async () => {
    const { area, other } = await show('ab')
    area.setSelectionRange(1, 1)
    act(() => void fireEvent.compositionStart(area))
    type(area, 'に')
    expect(other.toString()).toBe('ab')
    act(() => void other.insert(0, '>>'))
    await new Promise((next) => setTimeout(next, 50))
    expect(area.value).toBe('aにb')
    area.setSelectionRange(1, 2)
    type(area, '日')
    act(() => void fireEvent.compositionEnd(area))
    expect(area.value).toBe('>>a日b')
    await waitFor(() => expect(other.toString()).toBe('>>a日b'))
    expect(area.selectionStart).toBe(4)
    // Some browsers tell of the last input once more.
    act(() => void fireEvent.input(area))
    expect(area.value).toBe('>>a日b')
  })

  it('replaces and deletes a selection', async () => {
    const { area, other } = await show('one two three')
    area.setSelectionRange(4, 7)
    type(area, '2')
    area.setSelectionRange(5, area.value.length)
    type(area, '')
    expect(area.value).toBe('one 2')
    await waitFor(() => expect(other.toString()).toBe('one 2'))
  })

  it('undoes with the keys what this person typed, and nothing else', async () => {
    const { area, other } = await show('hello')
    area.setSelectionRange(5, 5)
    type(area, ' you')
    await waitFor(() => expect(other.toString()).toBe('hello you'))
    act(() => void other.insert(0, '>> '))
    await waitFor(() => expect(area.value).toBe('>> hello you'))
    act(() => void fireEvent.keyDown(area, { key: 'z', ctrlKey: true }))
    expect(area.value).toBe('>> hello')
    act(() => void fireEvent.keyDown(area, { key: 'Z', metaKey: true, shiftKey: true }))
    expect(area.value).toBe('>> hello you')
    act(() => void fireEvent.keyDown(area, { key: 'z' }))
    expect(area.value).toBe('>> hello you')
  })

  it('renders nothing for other fields', async () => {
    const { other } = await show('x')
    const before = renders.count
    act(() => void open[0]?.peek('note').change({ title: 'y' }))
    expect(renders.count).toBe(before)
    expect(other.toString()).toBe('x')
  })
})
