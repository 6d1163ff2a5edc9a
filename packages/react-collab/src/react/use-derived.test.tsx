import { defineSchema, derived, object, shared, value } from '@react-collab/core'
import { act, cleanup, render, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, expectTypeOf, it } from 'vitest'
import type { Client } from '../client.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { CollabProvider } from './collab-provider.js'
import { createCollab } from './create-collab.js'
import type { Shown } from './row-actions.js'

const schema = defineSchema({
  library: object({
    paths: shared({ path: value<string>(), hash: value<string>() }),
    files: derived('paths', {
      key: (path: { hash?: string }) => path.hash,
      reduce: (paths) => ({ copies: paths.length }),
    }),
  }),
})
const { ref, useRow, useRows } = createCollab(schema)
const library = ref.library('library')

let client: Client

afterEach(async () => {
  cleanup()
  await client.close()
})

const Wrapper = ({ children }: { children: ReactNode }) => (
  <CollabProvider client={client}>{children}</CollabProvider>
)

async function filled(...hashes: readonly string[]): Promise<void> {
  client = createTestClient(createFakeServer(), { schema })
  const { object: of } = client.open(library)
  await of.loaded
  for (const [i, hash] of hashes.entries()) of.add('paths', { id: String(i), hash })
}

it('[DER1] hooks read derived rows as any others: ordered, filtered, limited, typed', async () => {
  await filled('x', 'y', 'y', 'z', 'z', 'z')
  const options = { orderBy: 'copies', descending: true, limit: 2 } as const
  const { result } = renderHook(
    () => ({
      most: useRows(library, 'files', options),
      single: useRows(library, 'files', { where: ({ copies }) => copies === 1 }),
      z: useRow(library, 'files', 'z')[0],
    }),
    { wrapper: Wrapper },
  )
  const { most, single, z } = result.current
  expect(most.data).toEqual([
    { id: 'z', copies: 3 },
    { id: 'y', copies: 2 },
  ])
  expect(single.data).toEqual([{ id: 'x', copies: 1 }])
  expectTypeOf(z).toEqualTypeOf<Shown<{ readonly copies?: number }> | undefined>()
  act(() => void client.peek(library).update('paths', '0', { hash: 'y' }))
  expect(result.current.most.data?.map(({ copies }) => copies)).toEqual([3, 3])
  expect(result.current.single.data).toEqual([])
  expect(result.current.z).toBe(z)
})

it('[DER1] no render shows rows and what is derived of them apart', async () => {
  await filled('x')
  const sums: number[][] = []
  function Both() {
    const paths = useRows(library, 'paths').data ?? []
    const files = useRows(library, 'files').data ?? []
    sums.push([paths.length, files.reduce((sum, { copies = 0 }) => sum + copies, 0)])
    return null
  }
  render(<Both />, { wrapper: Wrapper })
  const before = sums.length
  act(() => {
    client.peek(library).add('paths', { hash: 'x' })
    client.peek(library).add('paths', { hash: 'y' })
  })
  expect(sums.at(-1)).toEqual([3, 3])
  expect(sums.length).toBeGreaterThan(before)
  for (const [paths, files] of sums) expect(files).toBe(paths)
})

it('[DER3] what writes derived rows throws at the call', async () => {
  await filled('x')
  const { result } = renderHook(() => useRows(library, 'files'), { wrapper: Wrapper })
  expect(() => result.current.update('x', { copies: 2 })).toThrow(/ROW_KIND_CONFLICT/)
  expect(() => result.current.remove('x')).toThrow(/ROW_KIND_CONFLICT/)
})
