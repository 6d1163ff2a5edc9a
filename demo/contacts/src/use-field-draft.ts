import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import {
  acceptTheirs,
  dropTyped,
  type FieldDraft,
  type FieldNote,
  noteOf,
  saveDraft,
  shownText,
  typeInto,
  untouched,
} from './field-draft.js'

/** A field that is being edited. */
export interface EditedField {
  readonly text: string
  readonly isTyped: boolean
  readonly note: FieldNote | undefined
  type(text: string): void
  save(): void
  drop(): void
  acceptTheirs(): void
  /** Writes again what was saved here before someone else wrote. */
  putBack(text: string): void
}

/** Edits one stored text; what was typed is also saved when the field or the page goes away. */
export function useFieldDraft(stored: string, write: (text: string) => void): EditedField {
  const [draft, setDraft] = useState<FieldDraft>(untouched)
  const now = useRef({ draft, stored, write })
  useLayoutEffect(() => {
    now.current = { draft, stored, write }
  })

  function move(next: FieldDraft): void {
    now.current.draft = next
    setDraft(next)
  }

  function save(): void {
    const result = saveDraft(now.current.draft, now.current.stored)
    move(result.next)
    if (result.write !== undefined) now.current.write(result.write)
  }

  const saveLatest = useRef(save)
  useLayoutEffect(() => {
    saveLatest.current = save
  })
  useEffect(() => {
    const saveNow = (): void => saveLatest.current()
    addEventListener('pagehide', saveNow)
    return () => {
      removeEventListener('pagehide', saveNow)
      saveNow()
    }
  }, [])

  return {
    text: shownText(draft, stored),
    isTyped: draft.typed !== undefined,
    note: noteOf(draft, stored),
    type: (text) => move(typeInto(now.current.draft, text, now.current.stored)),
    save,
    drop: () => move(dropTyped(now.current.draft)),
    acceptTheirs: () => move(acceptTheirs()),
    putBack: (text) => {
      move({ mine: text })
      now.current.write(text)
    },
  }
}
