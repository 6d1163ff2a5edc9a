import { useCallback, useMemo } from 'react'
import { ref, useRow } from './schema.js'

/** What of the library this device shows; it stays here, over a reload and in all tabs. */
export interface View {
  readonly list: 'files' | 'copies'
  readonly sort: 'name' | 'path' | 'size'
  readonly descending: boolean
  /** The content that is open; empty for none. */
  readonly content: string
}

const usual: View = { list: 'files', sort: 'name', descending: false, content: '' }

/** Reads how the library is looked at here, and changes that. */
export function useView(library: string): readonly [View, (change: Partial<View>) => void] {
  const target = useMemo(() => ref.library(library), [library])
  const [row, change] = useRow(target, 'view', 'view')
  const view = useMemo(() => ({ ...usual, ...row }), [row])
  return [view, useCallback((next: Partial<View>) => void change(next), [change])]
}
