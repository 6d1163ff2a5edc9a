import { type JSX, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { createPortal } from 'react-dom'
import { useClient } from 'react-collab'
import { usePerson } from '../../shell/person.js'
import type { BodyProps } from './body-props.js'
import { type CodeEditor, openCodeEditor, paints } from './code-editor.js'
import { FoldBar } from './fold-bar.js'
import { FoldButton } from './fold-button.js'
import { MarkTools } from './mark-tools.js'

/** The text of a note in CodeMirror. */
export function CodeBody({ object, id, tools, difference }: BodyProps): JSX.Element {
  const client = useClient()
  const host = useRef<HTMLDivElement>(null)
  const [person] = usePerson()
  const [editor, setEditor] = useState<CodeEditor>()
  useEffect(() => {
    const made = openCodeEditor(client, object, id, host.current as HTMLDivElement)
    setEditor(made)
    return () => made.close()
  }, [client, object, id])
  useEffect(() => editor?.shareCarets(person), [editor, person])
  useEffect(() => {
    if (editor !== undefined) paints.difference.show(editor.view, difference.map(editor.shownSpot))
  }, [editor, difference])
  return (
    <>
      {editor !== undefined && tools !== null && createPortal(<Tools editor={editor} />, tools)}
      <div ref={host} className="note-body is-code" />
      {editor !== undefined && <Folds editor={editor} />}
    </>
  )
}

function Tools({ editor }: { readonly editor: CodeEditor }): JSX.Element {
  const { view, text, formatting } = editor
  const format = useSyncExternalStore(formatting.subscribe, formatting.now)
  function fold(): void {
    const { from, to } = view.state.selection.main
    // What is typed next stands behind the fold, and not in place of it.
    view.dispatch({ selection: { anchor: to } })
    if (from < to) text.fold(from, to)
    view.focus()
  }
  return (
    <>
      <MarkTools editor={editor} format={format} />
      <FoldButton hasSelected={format.hasSelected} onFold={fold} />
    </>
  )
}

function Folds({ editor: { view, text } }: { readonly editor: CodeEditor }): JSX.Element | null {
  const folds = useSyncExternalStore(
    (listener) => text.subscribe(listener),
    () => text.folds(),
  )
  useEffect(() => {
    const chips = folds.map(({ at, placeholder }) => ({ from: at, to: at + placeholder.length }))
    paints.folds.show(view, chips)
  }, [view, folds])
  return <FoldBar folds={folds} onUnfold={(fold) => text.unfold(fold)} />
}
