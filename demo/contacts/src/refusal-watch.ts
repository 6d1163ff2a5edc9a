import { useEffect, useRef, useState } from 'react'
import { describeEdit } from './describe-edit.js'
import { useRefused } from './marks.js'
import { usePage } from './page-context.js'
import { go, type Place } from './place.js'

/** Says so when the server refuses an edit, unless the place that is open shows it already. */
export function useRefusalWatch(place: Place): void {
  const { toasts } = usePage()
  const newest = useRefused().at(-1)
  const [openedAt] = useState(Date.now)
  const told = useRef(0)
  const shown = useRef<number>(undefined)
  useEffect(() => {
    if (newest === undefined || newest.key <= told.current || newest.at < openedAt) return
    told.current = newest.key
    if (isShown(place, describeEdit(newest.event[2]).id)) return
    shown.current = toasts.show(`Refused: ${newest.message}`, {
      label: 'Show',
      run: () => go({ view: 'refused' }),
    })
  }, [newest, toasts, openedAt, place])
  useEffect(() => {
    if (place.view === 'refused' && shown.current !== undefined) toasts.close(shown.current)
  }, [toasts, place.view])
}

const isShown = (place: Place, id: string | undefined): boolean =>
  place.view === 'refused' || (place.view === 'contact' && place.id === id)
