import { useCallback, useMemo } from 'react'
import { useOutbox } from 'react-collab'
import type { ContactMark } from './contact-row.js'
import { touchedContacts } from './describe-edit.js'
import { usePage } from './page-context.js'

/** Tells which contacts have edits that were not sent yet, or that were refused. */
export function useMarks(): (id: string) => ContactMark {
  const { book } = usePage()
  const { pending, rejected } = useOutbox()
  const unsent = useMemo(
    () => touchedContacts(pending.filter(({ object }) => object === book)),
    [pending, book],
  )
  const refused = useMemo(
    () =>
      touchedContacts(
        rejected
          .filter(({ object }) => object === book)
          .map(({ event }) => ({ patches: event[2] })),
      ),
    [rejected, book],
  )
  return useCallback(
    (id) => (refused.has(id) ? 'refused' : unsent.has(id) ? 'unsent' : undefined),
    [refused, unsent],
  )
}
