import type { JSX } from 'react'
import type { EditorKind } from './use-editor-kind.js'

interface EditorSwitchProps {
  readonly kind: EditorKind
  readonly onChange: (kind: EditorKind) => void
}

const kinds: readonly (readonly [EditorKind, string])[] = [
  ['codemirror', 'CodeMirror'],
  ['plain', 'Plain'],
  ['read', 'Read'],
]

/** What the note is written or read in; everybody chooses alone. */
export function EditorSwitch({ kind, onChange }: EditorSwitchProps): JSX.Element {
  return (
    <fieldset className="kinds" aria-label="Editor">
      {kinds.map(([name, label]) => (
        <label key={name} className="kind">
          <input
            type="radio"
            name="editor"
            checked={name === kind}
            onChange={() => onChange(name)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  )
}
