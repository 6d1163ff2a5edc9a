import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import {
  acceptTheirs,
  correctDraft,
  type DraftStep,
  dropTyped,
  type FieldDraft,
  type FieldNote,
  keepMine,
  leaveDraft,
  noteOf,
  saveDraft,
  shownText,
  typeInto,
  untouched,
} from './field-draft.js'
import { tabDrafts } from './kept-draft.js'
import { lengthProblem, textProblem } from './text-problem.js'

/** Typing that pauses this long is saved, and what has waited so long in any case. */
const PAUSE_MS = 250
const AT_MOST_MS = 1000

/** A field that is being edited. */
export interface EditedField {
  readonly text: string
  readonly isTyped: boolean
  readonly note: FieldNote | undefined
  /** Why the text cannot be saved as it is; it stays in the field. */
  readonly problem: string | undefined
  readonly type: (text: string) => void
  /** The field is left, or its text is said to be right. */
  readonly leave: () => void
  readonly drop: () => void
  readonly acceptTheirs: () => void
  /** Writes again what was saved here before someone else wrote. */
  readonly putBack: (text: string) => void
  /** What others wrote meanwhile is known now. */
  readonly keepMine: () => void
  /** Shows a refused text, to be changed. */
  readonly correct: (text: string) => void
  /** Forgets what was typed and saved from here. */
  readonly forget: () => void
}

interface FieldSource {
  /** Names the field among all that this page ever shows. */
  readonly name: string
  readonly stored: string
  /** Resolves when the text is on the disk; throws a `UsageError` for one that cannot be stored. */
  readonly write: (text: string) => Promise<void>
}

/** Edits one stored text. It is saved as it is typed; a reload or a crash finds what was typed. */
export function useFieldDraft({ name, stored, write }: FieldSource): EditedField {
  const [draft, setDraft] = useState<FieldDraft>(
    () => tabDrafts.kept<FieldDraft>(name) ?? untouched,
  )
  const [problem, setProblem] = useState<string>()
  const now = useRef({ draft, stored, write })
  useLayoutEffect(() => {
    now.current = { draft, stored, write }
  })

  function move(next: FieldDraft): void {
    now.current.draft = next
    setDraft(next)
  }

  function take({ next, write: text }: DraftStep): void {
    const writing = text === undefined ? undefined : tryToWrite(text)
    if (text !== undefined && writing === undefined) return
    move(next)
    setProblem(undefined)
    if (text === undefined) {
      if (next.mine === undefined) tabDrafts.keep(name, undefined)
      return
    }
    tabDrafts.keep(name, { typed: text, base: now.current.stored })
    // The next step may come before the next render.
    now.current.stored = text
    writing?.then(
      () => dropKept(name, now.current.draft),
      () => undefined, // what the disk did not take is kept
    )
  }

  /** Writes a text; one that cannot be stored stays in the field as it was typed. */
  function tryToWrite(text: string): Promise<void> | undefined {
    try {
      return now.current.write(text)
    } catch (error) {
      setProblem(textProblem(error, text))
      return undefined
    }
  }

  const step = (by: (draft: FieldDraft, stored: string) => DraftStep): void =>
    take(by(now.current.draft, now.current.stored))

  useSaving(
    draft.typed,
    () => step(saveDraft),
    () => step(leaveDraft),
  )

  return {
    text: shownText(draft, stored),
    isTyped: draft.typed !== undefined,
    note: noteOf(draft, stored),
    problem,
    type(text) {
      const next = typeInto(now.current.draft, text, now.current.stored)
      tabDrafts.keep(name, { typed: text, base: next.mine ?? next.base })
      setProblem(lengthProblem(text))
      move(next)
    },
    leave: () => step(leaveDraft),
    drop: () => step(dropTyped),
    acceptTheirs: () => step(acceptTheirs),
    keepMine: () => step(keepMine),
    correct: (text) => move(correctDraft(text, now.current.stored)),
    putBack: (text) => take({ next: { mine: text }, write: text }),
    forget: () => move(untouched),
  }
}

/** Drops what is kept for a reload, unless more was typed since. */
function dropKept(name: string, { typed, base, mine = base }: FieldDraft): void {
  if (typed === undefined || typed === mine) tabDrafts.keep(name, undefined)
}

/** Saves when typing pauses, and when the page or the field goes away. */
function useSaving(typed: string | undefined, save: () => void, leave: () => void): void {
  const latest = useRef({ save, leave })
  const since = useRef<number>(undefined)
  useLayoutEffect(() => {
    latest.current = { save, leave }
  })
  useEffect(() => {
    if (typed === undefined) return undefined
    const now = performance.now()
    since.current ??= now
    const timer = setTimeout(
      () => {
        since.current = undefined
        latest.current.save()
      },
      Math.min(PAUSE_MS, Math.max(0, since.current + AT_MOST_MS - now)),
    )
    return () => clearTimeout(timer)
  }, [typed])
  useEffect(() => {
    // What was typed before a reload is saved as if the field had been left.
    latest.current.leave()
    const onHide = (): void => latest.current.save()
    addEventListener('pagehide', onHide)
    document.addEventListener('visibilitychange', onHide)
    return () => {
      removeEventListener('pagehide', onHide)
      document.removeEventListener('visibilitychange', onHide)
      latest.current.leave()
    }
  }, [])
}
