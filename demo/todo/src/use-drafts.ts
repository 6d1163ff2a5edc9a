import { useCallback, useMemo, useState } from 'react'
import type { Todo } from './todo.js'

/** A todo that is being edited: what it said before, and what was written so far. */
export interface Draft {
  readonly object: string
  readonly id: string
  readonly before: string
  readonly text: string
}

/** What is being edited in the list that is shown, and what was edited of a todo that is gone. */
export interface Drafts {
  /** By todo. */
  readonly open: ReadonlyMap<string, Draft>
  readonly lost: readonly Draft[]
  /** Begins with what the todo says, or goes on; without a text it ends. */
  readonly keep: (id: string, text: string | undefined) => void
  readonly forget: (draft: Draft) => void
}

/**
 * Keeps what is being written until it is saved or given up, whatever becomes of the todo: others may
 * delete it meanwhile, or drop the branch that it is on.
 */
export function useDrafts(object: string, shown: readonly Todo[]): Drafts {
  const [drafts, setDrafts] = useState<readonly Draft[]>([])
  const keep = useCallback(
    (id: string, text: string | undefined) =>
      setDrafts((all) => {
        const own = all.find((draft) => draft.object === object && draft.id === id)
        const others = all.filter((draft) => draft !== own)
        if (text === undefined) return others
        return [...others, { object, id, before: own?.before ?? text, text }]
      }),
    [object],
  )
  const forget = useCallback(
    (draft: Draft) => setDrafts((all) => all.filter((each) => each !== draft)),
    [],
  )
  return useMemo(() => {
    const isOpen = (draft: Draft): boolean =>
      draft.object === object && shown.some(({ id }) => id === draft.id)
    const isChanged = ({ before, text }: Draft): boolean => !['', before].includes(text.trim())
    return {
      open: new Map(drafts.filter(isOpen).map((draft) => [draft.id, draft])),
      lost: drafts.filter((draft) => !isOpen(draft) && isChanged(draft)),
      keep,
      forget,
    }
  }, [drafts, object, shown, keep, forget])
}
