import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { type Client, compareTexts, type TextComparison, useClient } from 'react-collab'
import { textPath } from './note.js'

/** Compares a note's text with that in its draft, as both are written; nothing differs without one. */
export function useDifference(pad: string, draft: string | undefined, id: string): TextComparison {
  const client = useClient()
  const source = useMemo(() => createSource(client, pad, draft, id), [client, pad, draft, id])
  return useSyncExternalStore(
    useCallback((listener: () => void) => source.subscribe(listener), [source]),
    () => source.read(),
  )
}

const same: TextComparison = { one: [], other: [] }

function createSource(client: Client, pad: string, draft: string | undefined, id: string) {
  const objects = draft === undefined ? [] : [pad, draft]
  const textsOf = () => objects.map((object) => client.peek(object).text(textPath(id, 'body')))
  let seen: readonly unknown[] = []
  let known = same
  return {
    read(): TextComparison {
      const [one, other] = textsOf()
      if (one === undefined || other === undefined) return same
      const views = [one.view, other.view]
      if (views.some((view, i) => view !== seen[i] || seen.length === 0)) {
        const next = compareTexts(one, other)
        if (JSON.stringify(next) !== JSON.stringify(known)) known = next
        seen = views
      }
      return known
    },
    subscribe(listener: () => void): () => void {
      const open = objects.map((object) => client.open(object))
      const ends = textsOf().map((text) => text.subscribe(listener))
      return () => {
        for (const end of ends) end()
        for (const one of open) one.close()
      }
    },
  }
}
