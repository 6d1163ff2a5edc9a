import { useState } from 'react'

/** What a note is written or read in. */
export type EditorKind = (typeof kinds)[number]

const kinds = ['codemirror', 'plain', 'read'] as const

const KEY = 'notes: editor'

/** What this person writes in; kept over reloads. */
export function useEditorKind(): readonly [EditorKind, (kind: EditorKind) => void] {
  const [kind, setKind] = useState(remembered)
  return [
    kind,
    (next) => {
      setKind(next)
      try {
        localStorage.setItem(KEY, next)
      } catch {
        // Without storage the choice lasts as long as the page.
      }
    },
  ]
}

function remembered(): EditorKind {
  try {
    return kinds.find((kind) => kind === localStorage.getItem(KEY)) ?? kinds[0]
  } catch {
    return kinds[0]
  }
}
