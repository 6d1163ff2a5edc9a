import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, expect, it } from 'vitest'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { useUndo } from './use-undo.js'

afterEach(cleanup)

it('[HOOK42] useUndo tells what there is to undo, and does it', async () => {
  const client = createTestClient(createFakeServer())
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <CollabProvider client={client}>{children}</CollabProvider>
    </StrictMode>
  )
  const { result } = renderHook(() => useUndo('board'), { wrapper })
  const { object, close } = client.open('board')
  await client.loaded('board')
  expect(result.current).toMatchObject({ canUndo: false, canRedo: false, undoLabel: undefined })
  act(() => void result.current.group('Rename', () => object.change({ title: 'x' })))
  await waitFor(() => expect(result.current.undoLabel).toBe('Rename'))
  act(() => void result.current.undo())
  expect(object.get()).toEqual({})
  await waitFor(() => expect(result.current).toMatchObject({ canUndo: false, redoLabel: 'Rename' }))
  act(() => void result.current.redo())
  expect(object.get()).toEqual({ title: 'x' })
  close()
  await client.close()
})
