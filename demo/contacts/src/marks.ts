import { useCallback, useMemo } from 'react'
import { type PendingEdit, type Rejected, useOutbox } from 'react-collab'
import type { ContactMark } from './contact-row.js'
import { describeEdit, touchedContacts } from './describe-edit.js'
import type { Refusal } from './field-editor.js'
import { usePage } from './page-context.js'

/** The edits of this address book that wait. */
function usePending(): readonly PendingEdit[] {
  const { book } = usePage()
  const { pending } = useOutbox()
  return useMemo(() => pending.filter(({ object }) => object === book), [pending, book])
}

/** The edits of this address book that the server refused. */
export function useRefused(): readonly Rejected[] {
  const { book } = usePage()
  const { rejected } = useOutbox()
  return useMemo(() => rejected.filter(({ object }) => object === book), [rejected, book])
}

/** Tells which contacts have edits that were not sent yet, or that were refused. */
export function useMarks(): (id: string) => ContactMark {
  const pending = usePending()
  const rejected = useRefused()
  const unsent = useMemo(() => touchedContacts(pending), [pending])
  const refused = useMemo(
    () => touchedContacts(rejected.map(({ event }) => ({ patches: event[2] }))),
    [rejected],
  )
  return useCallback(
    (id) => (refused.has(id) ? 'refused' : unsent.has(id) ? 'unsent' : undefined),
    [refused, unsent],
  )
}

/** How many edits of a contact wait. */
export function useUnsent(id: string): number {
  const pending = usePending()
  return useMemo(
    () => pending.filter((edit) => touchedContacts([edit]).has(id)).length,
    [pending, id],
  )
}

/** The refused texts of each field of a contact, the newest last. */
export function useRefusals(id: string): ReadonlyMap<string, readonly Refusal[]> {
  const rejected = useRefused()
  return useMemo(() => {
    const refusals = new Map<string, Refusal[]>()
    for (const { key, event, message } of rejected) {
      const edit = describeEdit(event[2])
      if (edit.id !== id || edit.action !== 'change') continue
      for (const [field, text] of Object.entries(edit.values)) {
        refusals.set(field, [...(refusals.get(field) ?? []), { key, text, reason: message }])
      }
    }
    return refusals
  }, [rejected, id])
}
