import { defaultKeymap } from '@codemirror/commands'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { type JSX, useEffect, useRef } from 'react'
import { useClient } from 'react-collab'
import { collabKeymap, collabText } from 'react-collab/codemirror'
import { textPath } from './note.js'
import { type BodyProps, EMPTY_BODY } from './plain-body.js'

/** It looks as the plain one does. */
const look = EditorView.theme({
  '&': { flex: '1', minHeight: '0' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: 'inherit', lineHeight: 'inherit' },
  '.cm-content': { padding: '0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0' },
  '.cm-placeholder': { color: 'var(--ink-2)' },
})

/** The text of a note in CodeMirror. */
export function CodeBody({ pad, id }: BodyProps): JSX.Element {
  const client = useClient()
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const open = client.open(pad)
    const text = open.object.text(textPath(id, 'body'))
    const view = new EditorView({
      doc: text.toString(),
      extensions: [
        collabText(text),
        keymap.of([...collabKeymap(open.object), ...defaultKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'Text', dir: 'auto' }),
        placeholder(EMPTY_BODY),
        look,
      ],
      ...(host.current && { parent: host.current }),
    })
    return () => {
      view.destroy()
      open.close()
    }
  }, [client, pad, id])
  return <div ref={host} className="note-body is-code" />
}
