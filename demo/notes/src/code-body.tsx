import { defaultKeymap } from '@codemirror/commands'
import { Compartment } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { type JSX, useEffect, useRef, useState } from 'react'
import { useClient } from 'react-collab'
import { collabCarets, collabKeymap, collabText } from 'react-collab/codemirror'
import { usePerson } from '../../shell/person.js'
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

/** Takes other carets while the editor goes on. */
const carets = new Compartment()

/** The text of a note in CodeMirror. */
export function CodeBody({ pad, id }: BodyProps): JSX.Element {
  const client = useClient()
  const host = useRef<HTMLDivElement>(null)
  const [person] = usePerson()
  const [view, setView] = useState<EditorView>()
  useEffect(() => {
    const open = client.open(pad)
    const text = open.object.text(textPath(id, 'body'))
    const made = new EditorView({
      doc: text.toString(),
      extensions: [
        collabText(text),
        carets.of([]),
        keymap.of([...collabKeymap(open.object), ...defaultKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'Text', dir: 'auto' }),
        placeholder(EMPTY_BODY),
        look,
      ],
      ...(host.current && { parent: host.current }),
    })
    setView(made)
    return () => {
      made.destroy()
      open.close()
    }
  }, [client, pad, id])
  useEffect(() => {
    const shared = collabCarets(client.peek(pad), textPath(id, 'body'), person)
    view?.dispatch({ effects: carets.reconfigure(shared) })
  }, [client, pad, id, person, view])
  return <div ref={host} className="note-body is-code" />
}
