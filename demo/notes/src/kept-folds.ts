import { useEffect, useRef } from 'react'
import type { Folding, SavedFold } from 'react-collab'

/** Where the folds of a note are kept on this device. */
export const foldsKey = (object: string, id: string): string => `notes: folds ${object} ${id}`

/** Folds again what was folded when the note was last open. */
export function bringBackFolds(
  key: string,
  restore: (saved: readonly SavedFold[]) => unknown,
): void {
  try {
    restore(JSON.parse(localStorage.getItem(key) ?? '[]') as SavedFold[])
  } catch {
    // No storage, or nothing that folds gave: nothing is folded.
  }
}

/** Keeps what is folded over a reload. */
export function keepFolds(key: string, folds: readonly SavedFold[]): void {
  const saved = folds.map(({ anchors, placeholder }) => ({ anchors, placeholder }))
  try {
    if (saved.length > 0) localStorage.setItem(key, JSON.stringify(saved))
    else localStorage.removeItem(key)
  } catch {
    // Without storage folds last as long as the note is open.
  }
}

/** Keeps the folds of a control over a reload. */
export function useKeptFolds(
  key: string,
  isRead: boolean,
  { folds, restore }: Pick<Folding, 'folds' | 'restore'>,
): void {
  const broughtBack = useRef<string>(undefined)
  useEffect(() => {
    if (!isRead) return
    if (broughtBack.current === key) keepFolds(key, folds)
    else bringBackFolds(key, restore)
    broughtBack.current = key
  }, [key, isRead, folds, restore])
}
