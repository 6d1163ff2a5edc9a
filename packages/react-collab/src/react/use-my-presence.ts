import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { FieldValues } from '../differences.js'
import { aimAt, type Target } from '../object-ref.js'
import { checkedPatch, presenceOf } from '../presence/presence.js'
import { isSame } from './is-same.js'
import { useClient } from './use-client.js'
import { useSelected } from './use-selected.js'

/** Shows other values of some fields; undefined takes a field back. */
export type UpdatePresence<T> = (patch: Partial<T>) => void

const nothing: FieldValues = Object.freeze({})
const whole = (state: FieldValues): FieldValues => state

/**
 * Shows others that somebody is here, and what: a name, a selection, where one is; for as long as the
 * component is mounted.
 *
 * ```tsx
 * const [me, update] = useMyPresence<{ name: string; row?: string }>('board', { name: 'Ada' })
 * <li onFocus={() => update({ row: id })} onBlur={() => update({ row: undefined })} />
 * ```
 * All components of a tab that show something of one object show one state together. `initial` is
 * taken at the beginning, where nothing is shown yet. It is sent at most every 50 ms, and kept nowhere.
 */
export function useMyPresence<T extends object = FieldValues>(
  target: Target,
  initial?: Partial<T>,
): readonly [state: Readonly<Partial<T>>, update: UpdatePresence<T>] {
  const client = useClient()
  const { id, spec } = aimAt(target)
  if (initial !== undefined) checkedPatch(initial)
  const [first] = useState(initial)
  const isGone = useRef(false)
  const readable = useMemo(
    () => ({
      read: () => presenceOf(client.peek(id, spec)).get(),
      readAtServer: () => nothing,
      subscribe: (listener: () => void) => presenceOf(client.peek(id, spec)).subscribe(listener),
    }),
    [client, id, spec],
  )
  useEffect(() => {
    const open = client.open(id, spec)
    const presence = presenceOf(open.object)
    const release = presence.hold()
    isGone.current = false
    presence.set({ ...first, ...presence.get() })
    return () => {
      isGone.current = true
      release()
      open.close()
    }
  }, [client, id, spec, first])
  const update = useCallback(
    (patch: Partial<T>) => {
      // Who has gone shows nothing more.
      if (!isGone.current) presenceOf<T>(client.peek(id, spec)).set(patch)
    },
    [client, id, spec],
  )
  return [useSelected(readable, whole, isSame) as Readonly<Partial<T>>, update]
}
