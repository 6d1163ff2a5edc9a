import { use, useMemo } from 'react'
import type { Client } from '../client.js'
import type { Written } from '../edit.js'
import { type Aim, aimAt, type Target } from '../object-ref.js'
import { type OverwrittenValue, overwritesOf } from '../overwrites.js'
import { checkOptions } from './check-options.js'
import { isSame } from './is-same.js'
import { useClient } from './use-client.js'
import { type Readable, useSelected } from './use-selected.js'

/** Which overwritten values to list. */
export interface OverwrittenOptions {
  /** Ms since the Unix epoch: all that was heard of since, also while there was a line. */
  readonly since?: number | undefined
}

/** Values that others have replaced, and what a person may do about them; the functions are stable. */
export interface OverwrittenList<I = readonly OverwrittenValue[] | undefined> {
  /** Newest first; undefined until the disk was read. */
  readonly items: I
  /** Writes a value again, as an edit like any other, and takes it off the list. */
  readonly putBack: (item: Pick<OverwrittenValue, 'id'>) => Written
  /** Takes a value off the list. */
  readonly dismiss: (item: Pick<OverwrittenValue, 'id'>) => Promise<void>
}

type Items = readonly OverwrittenValue[]

/**
 * Lists values of an object that a later write of somebody else replaced while this device was away,
 * or since a given time, with who and when; and puts one back.
 *
 * ```tsx
 * const { items, putBack, dismiss } = useOverwritten('team')
 * return items?.map((item) => (
 *   <p key={item.id}>
 *     {item.field}: {String(item.value)} → {String(item.current)}
 *     <button onClick={() => putBack(item)}>Put back</button>
 *   </p>
 * ))
 * ```
 * What is shown again, by whatever edit, and what was in rows that are deleted is not listed. Kept
 * on this device, at most 8 values of a field and for 30 days.
 */
export function useOverwritten(target: Target, options: OverwrittenOptions = {}): OverwrittenList {
  const client = useClient()
  const { id, spec, wait = false } = aimAt(target) as Aim
  const aim = useMemo<Target>(() => (spec === undefined ? id : { id, spec }), [id, spec])
  if (wait) {
    use(client.peek(id, spec).loaded)
    use(overwritesOf(client, aim).loaded)
  }
  checkOptions(options, ['since'])
  const { since } = options
  const readable = useMemo(() => readableOf(client, aim), [client, aim])
  const items = useSelected(readable, (all) => chosen(all, since), isSame)
  const actions = useMemo(() => {
    const overwrites = overwritesOf(client, aim)
    return {
      putBack: (item: Pick<OverwrittenValue, 'id'>) => overwrites.putBack(item),
      dismiss: (item: Pick<OverwrittenValue, 'id'>) => overwrites.dismiss(item),
    }
  }, [client, aim])
  return useMemo(() => ({ items: items as Items | undefined, ...actions }), [items, actions])
}

const chosen = (items: Items, since: number | undefined): Items =>
  items.filter(({ lostAt, wasAway }) => (since === undefined ? wasAway : lostAt >= since))

const readableOf = (client: Client, target: Target): Readable<Items> => ({
  read: () => overwritesOf(client, target).items,
  readAtServer: () => undefined,
  subscribe(listener) {
    const open = client.open(target)
    const end = overwritesOf(client, target).subscribe(listener)
    const endReading = open.object.onReading(listener)
    return () => {
      end()
      endReading()
      open.close()
    }
  },
})
