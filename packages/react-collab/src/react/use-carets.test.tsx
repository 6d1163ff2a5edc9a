import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import { presenceOf } from '../presence/presence.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CaretLayer } from './caret-layer.js'
import { CollabProvider } from './collab-provider.js'
import { useCarets } from './use-carets.js'
import { useFold } from './use-fold.js'
import { type BoundText, useText } from './use-text.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

const open: Client[] = []

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

interface Desk {
  readonly client: Client
  readonly area: () => HTMLTextAreaElement
  /** How often the component that holds the control was rendered. */
  readonly renders: () => number
  readonly carets: () => string[]
}

/** Somebody with a textarea, and the carets of others over it. */
async function sit(server: FakeServer, name: string, canFold = false): Promise<Desk> {
  const client = createTestClient(server)
  open.push(client)
  const renders = vi.fn()
  function Body() {
    renders()
    const whole = useText<HTMLTextAreaElement>('doc', 'body')
    const { props, fold } = useFold<HTMLTextAreaElement>('doc', 'body')
    const text = canFold ? props : whole
    return (
      <>
        <textarea {...text} aria-label={name} />
        {canFold && (
          <button onClick={() => fold(area().selectionStart, area().selectionEnd)}>Fold</button>
        )}
        <CaretLayer text={text} name={name} color="#1971c2" />
        <Places text={text} name={name} />
      </>
    )
  }
  render(
    <StrictMode>
      <CollabProvider client={client}>
        <Body />
      </CollabProvider>
    </StrictMode>,
  )
  const area = () => screen.getByLabelText<HTMLTextAreaElement>(name)
  await waitFor(() => expect(area().readOnly).toBe(false))
  const carets = (): string[] =>
    [...(area().parentElement?.querySelectorAll('.collab-flag') ?? [])].map(
      (flag) => flag.textContent,
    )
  return { client, area, carets, renders: () => renders.mock.calls.length }
}

/** The carets as offsets. */
function Places({ text, name }: { text: BoundText; name: string }) {
  const carets = useCarets(text, { name, color: '#1971c2' })
  return (
    <output aria-label={`${name} sees`}>
      {carets.map((caret) => `${caret.name} ${caret.anchor}-${caret.head}`).join()}
    </output>
  )
}

/** Puts the caret somewhere, as a person does. */
function select({ area }: Desk, start: number, end: number, direction?: 'backward'): void {
  act(() => {
    area().focus()
    area().setSelectionRange(start, end, direction)
    area().dispatchEvent(new Event('select', { bubbles: true }))
  })
}

describe('[CAR3] carets in a plain control', () => {
  it('are shared while it has the focus, and follow what others write', async () => {
    const server = createFakeServer()
    const [ada, ben] = [await sit(server, 'Ada'), await sit(server, 'Ben')]
    const seen = screen.getByLabelText('Ben sees')
    act(() => void ada.client.peek('doc').text('body').insert(0, 'hello world'))
    await waitFor(() => expect(ben.area().value).toBe('hello world'))
    expect(ben.carets()).toEqual([])
    select(ada, 6, 11)
    await waitFor(() => expect(seen.textContent).toBe('Ada 6-11'))
    select(ada, 0, 5, 'backward')
    await waitFor(() => expect(seen.textContent).toBe('Ada 5-0'))
    act(() => void ben.client.peek('doc').text('body').insert(0, '>> '))
    expect(seen.textContent).toBe('Ada 8-3')
    act(() => ada.area().blur())
    await waitFor(() => expect(seen.textContent).toBe(''))
    select(ben, 1, 1)
    await waitFor(() => expect(screen.getByLabelText('Ada sees').textContent).toBe('Ben 1-1'))
  })

  it('stand where they are among folds', async () => {
    const server = createFakeServer()
    const [ada, ben] = [await sit(server, 'Ada'), await sit(server, 'Ben', true)]
    const seen = screen.getByLabelText('Ben sees')
    act(() => void ada.client.peek('doc').text('body').insert(0, 'one two three'))
    await waitFor(() => expect(ben.area().value).toBe('one two three'))
    select(ben, 4, 7)
    act(() => screen.getByText('Fold').click())
    expect(ben.area().value).toBe('one … three')
    select(ada, 8, 13)
    await waitFor(() => expect(seen.textContent).toBe('Ada 6-11'))
    select(ada, 5, 5)
    await waitFor(() => expect(seen.textContent).toBe('Ada 5-5'))
    select(ben, 11, 11)
    await waitFor(() => expect(screen.getByLabelText('Ada sees').textContent).toBe('Ben 13-13'))
  })

  it('are drawn over it with their names, for eyes only, without rendering what holds it', async () => {
    const server = createFakeServer()
    const [ada, ben] = [await sit(server, 'Ada'), await sit(server, 'Ben')]
    act(() => void ada.client.peek('doc').text('body').insert(0, 'one\ntwo'))
    await waitFor(() => expect(ben.area().value).toBe('one\ntwo'))
    const renders = ben.renders()
    select(ada, 2, 5)
    await waitFor(() => expect(ben.carets()).toEqual(['Ada']))
    expect(ben.renders()).toBe(renders)
    const layer = ben.area().nextElementSibling as HTMLElement
    expect(layer.getAttribute('aria-hidden')).toBe('true')
    expect(layer.style.pointerEvents).toBe('none')
    expect(layer.querySelector('.collab-selection')?.textContent).toBe('e\nt')
    const flag = layer.querySelector<HTMLElement>('.collab-flag')
    expect(flag?.style.backgroundColor).toBe('#1971c2')
    // One that moves shows its flag anew, one that is carried along does not.
    act(() => void ben.client.peek('doc').text('body').insert(0, '> '))
    expect(layer.querySelector('.collab-flag')).toBe(flag)
    select(ada, 0, 0)
    await waitFor(() => expect(layer.querySelector('.collab-flag')).not.toBe(flag))
    expect(layer.querySelector('.collab-selection')).toBeNull()
    cleanup()
    expect(presenceOf(ada.client.peek('doc')).get()).toEqual({})
  })

  it('are of what useText gave: anything else is refused', () => {
    const Wrong = () => <p>{useCarets({ ref: () => undefined }, { name: 'x' }).length}</p>
    const client = createTestClient(createFakeServer())
    open.push(client)
    const wrong = (
      <CollabProvider client={client}>
        <Wrong />
      </CollabProvider>
    )
    expect(() => render(wrong)).toThrow(/BAD_VALUE/)
  })
})
