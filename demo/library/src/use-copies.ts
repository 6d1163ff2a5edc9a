import { useMemo } from 'react'
import { ref, type SharedContent, useRows } from './schema.js'

/** Contents that are there more than once. */
export interface Copies {
  /** Those that take most first. */
  readonly all: readonly SharedContent[]
  readonly byHash: ReadonlyMap<string, SharedContent>
}

/** Reads what is there more than once, on this device or on others. */
export function useCopies(library: string): Copies {
  const target = useMemo(() => ref.library(library), [library])
  const { data } = useRows(target, 'contents', {
    orderBy: 'spare',
    descending: true,
    where: ({ copies = 0 }) => copies > 1,
  })
  return useMemo(
    () => ({ all: data ?? [], byHash: new Map(data?.map((each) => [each.id, each])) }),
    [data],
  )
}
