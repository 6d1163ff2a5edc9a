import { useEffect, useRef } from 'react'
import type { FoldedText, Folding, SavedFold } from 'react-collab'

/** Where the folds of a note are kept on this device. */
export const foldsKey = (object: string, id: string): string => `notes: folds ${object} ${id}`

/** Folds again what was folded when the note was last open. */
function bringBackFolds(key: string, restore: (saved: readonly SavedFold[]) => unknown): void {
  try {
    restore(JSON.parse(localStorage.getItem(key) ?? '[]') as SavedFold[])
  } catch {
    // No storage, or nothing that folds gave: nothing is folded.
  }
}

/** Keeps what is folded over a reload. */
function keepFolds(key: string, folds: readonly SavedFold[]): void {
  const saved = folds.map(({ anchors, placeholder }) => ({ anchors, placeholder }))
  try {
    if (saved.length > 0) localStorage.setItem(key, JSON.stringify(saved))
    else localStorage.removeItem(key)
  } catch {
    // Without storage folds last as long as the note is open.
  }
}

/**
 * Folds again what was folded, once the text is read, and keeps what is folded from then on; ends by
 * what it gives.
 */
export function keepFolded(
  text: FoldedText,
  key: string,
  object: { readonly ready: boolean; readonly loaded: Promise<void> },
): () => void {
  let end = (): void => undefined
  let isOver = false
  function begin(): void {
    if (isOver) return
    bringBackFolds(key, (saved) => text.restore(saved))
    end = text.subscribe(() => keepFolds(key, text.folds()))
  }
  if (object.ready) begin()
  // That the disk cannot be read, the list says.
  else object.loaded.then(begin, () => undefined)
  return () => {
    isOver = true
    end()
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
