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
import { keepDraft, keptDraft } from './kept-draft.js'

/** A field that is being edited. */
export interface EditedField {
  readonly text: string
  readonly isTyped: boolean
  readonly note: FieldNote | undefined
  readonly type: (text: string) => void
  readonly save: () => void
  readonly drop: () => void
  readonly acceptTheirs: () => void
  /** Writes again what was saved here before someone else wrote. */
  readonly putBack: (text: string) => void
}

interface FieldSource {
  /** Names the field among all that this page ever shows. */
  readonly name: string
  readonly stored: string
  readonly write: (text: string) => void
}

/** Edits one stored text; what was typed is saved when the field goes away, and outlives a reload. */
export function useFieldDraft({ name, stored, write }: FieldSource): EditedField {
  const [draft, setDraft] = useState<FieldDraft>(() => keptDraft<FieldDraft>(name) ?? untouched)
  const now = useRef({ draft, stored, write })
  useLayoutEffect(() => {
    now.current = { draft, stored, write }
  })

  function move(next: FieldDraft): void {
    now.current.draft = next
    keepDraft(name, next.typed === undefined ? undefined : next)
    setDraft(next)
  }

  function save(): void {
    const result = saveDraft(now.current.draft, now.current.stored)
    if (result.write !== undefined) now.current.write(result.write)
    move(result.next)
  }

  const saveLatest = useRef(save)
  useLayoutEffect(() => {
    saveLatest.current = save
  })
  useEffect(() => {
    // What was typed before a reload is saved as if the field had been left.
    saveLatest.current()
    return () => saveLatest.current()
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
      now.current.write(text)
      move({ mine: text })
    },
  }
}
