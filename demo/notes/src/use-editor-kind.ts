import { useState } from 'react'

/** What a note is written in. */
export type EditorKind = 'plain' | 'codemirror'

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
    return localStorage.getItem(KEY) === 'codemirror' ? 'codemirror' : 'plain'
  } catch {
    return 'plain'
  }
}
