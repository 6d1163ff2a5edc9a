import { act, cleanup, configure, render, renderHook, waitFor } from '@testing-library/react'
import { Component, type ReactNode, StrictMode, Suspense } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Client } from '../client.js'
import type { Converter } from '../convert.js'
import { hostPlatform } from '../platform.js'
import { useSharedObject as useReadyObject } from '../suspense/use-shared-object.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useSharedObject } from './use-shared-object.js'

// A machine may be busy.
configure({ asyncUtilTimeout: 4000 })

class Task {
  readonly title: string
  readonly isDone: boolean

  constructor(title: string, isDone = false) {
    this.title = title
    this.isDone = isDone
  }

  titled(title: string): Task {
    return new Task(title, this.isDone)
  }
}

interface Fields {
  readonly title?: string
  readonly done?: boolean
}

const converter: Converter<Task, Fields> = {
  fromObject({ title = '', done }) {
    if (title === 'bad') throw new RangeError('a bad title')
    return new Task(title, done)
  },
  toObject: ({ title, isDone }) => ({ title, done: isDone }),
}

const open: Client[] = []

afterEach(async () => {
  cleanup()
  for (const client of open.splice(0)) await client.close()
})

function newClient(reports: unknown[] = []): Client {
  const platform = { ...hostPlatform, report: (error: unknown) => void reports.push(error) }
  const client = createTestClient(createFakeServer(), { platform })
  open.push(client)
  return client
}

const under = (client: Client) =>
  function Wrapper({ children }: { children: ReactNode }) {
    return (
      <StrictMode>
        <CollabProvider client={client}>{children}</CollabProvider>
      </StrictMode>
    )
  }

describe('[HOOK62] useSharedObject with a converter', () => {
  it('shows the app’s own value, and takes another', async () => {
    const client = newClient()
    const { result } = renderHook(() => useSharedObject('task', { converter }), {
      wrapper: under(client),
    })
    expect(result.current[0]).toBeUndefined()
    await waitFor(() => expect(result.current[0]).toEqual(new Task('')))
    act(() => void result.current[1](new Task('Milk')))
    act(() => void result.current[1]((task) => task.titled('Bread')))
    expect(result.current[0]).toEqual(new Task('Bread'))
    expect(result.current[0]).toBeInstanceOf(Task)
    expect(client.peek('task').get()).toEqual({ title: 'Bread' })
    expect(result.current[2]).toBeUndefined()
  })

  it('renders when what is selected is another, and its function stays the same', async () => {
    const client = newClient()
    let renders = 0
    const { result, rerender } = renderHook(
      () => {
        renders += 1
        // Written anew in each render, as people do.
        return useSharedObject('task', { converter, selector: ({ title }) => [title] })
      },
      { wrapper: under(client) },
    )
    await waitFor(() => expect(result.current[0]).toEqual(['']))
    act(() => void client.peek('task').change({ title: 'Milk' }))
    const [before, [title, set]] = [renders, result.current]
    act(() => void client.peek('task').change({ done: true }))
    expect(renders).toBe(before)
    rerender()
    expect(result.current[0]).toBe(title)
    expect(result.current[1]).toBe(set)
    act(() => void set((task) => task.titled('Bread')))
    expect(result.current[0]).toEqual(['Bread'])
  })

  it('keeps the last good value where there is no other, and says why', async () => {
    const reports: unknown[] = []
    const client = newClient(reports)
    const { result } = renderHook(() => useSharedObject('task', { converter }), {
      wrapper: under(client),
    })
    await waitFor(() => expect(result.current[0]).toBeDefined())
    act(() => void client.peek('task').change({ title: 'good' }))
    act(() => void client.peek('task').change({ title: 'bad' }))
    expect(result.current[0]).toEqual(new Task('good'))
    expect(result.current[2]).toMatchObject({ code: 'CONVERTER_FAILED' })
    expect(reports).toEqual([result.current[2]])
    act(() => void result.current[1]((task) => task.titled('better')))
    expect(result.current).toMatchObject([new Task('better'), result.current[1], undefined])
  })

  it('refuses what is no converter, at the render', () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const wrong: unknown[] = [
      { converter: undefined },
      { converter: { fromObject: () => 1 } },
      { converter, selector: 'title' },
      { converter, isEqual: true },
    ]
    for (const options of wrong) {
      const show = () =>
        renderHook(() => useSharedObject('task', options as never), { wrapper: under(newClient()) })
      expect(show).toThrow(/BAD_VALUE/)
    }
    quiet.mockRestore()
  })

  it('suspends until there is a value, and throws where there is none', async () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const client = newClient()
    const Title = () => {
      const [task] = useReadyObject('task', { converter })
      return <p>{task.title}</p>
    }
    // React retries what suspended in an `act` only where that was awaited.
    const show = (child: ReactNode) =>
      act(async () =>
        render(
          <Boundary>
            <Suspense fallback="…">{child}</Suspense>
          </Boundary>,
          { wrapper: under(client) },
        ),
      )
    const { container } = await show(<Title />)
    await waitFor(() => expect(container.textContent).toBe(''))
    await act(() => client.peek('task').change({ title: 'Milk' }).local)
    expect(container.textContent).toBe('Milk')
    cleanup()
    act(() => void client.peek('other').change({ title: 'bad' }))
    const Other = () => <p>{useReadyObject('other', { converter })[0].title}</p>
    const other = await show(<Other />)
    await waitFor(() => expect(other.container.textContent).toMatch(/CONVERTER_FAILED/))
    quiet.mockRestore()
  })
})

class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {}

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    return this.state.error?.message ?? this.props.children
  }
}
