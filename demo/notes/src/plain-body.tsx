import { type JSX, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { CaretLayer, useFold, useMarks } from 'react-collab'
import { usePerson } from '../../shell/person.js'
import type { BodyProps } from './body-props.js'
import { FoldBar } from './fold-bar.js'
import { FoldButton } from './fold-button.js'
import { foldsKey, useKeptFolds } from './kept-folds.js'
import { EMPTY_BODY, textPath } from './note.js'

/** The text of a note in a plain textarea. */
export function PlainBody({ object, id, tools }: BodyProps): JSX.Element {
  const folding = useFold<HTMLTextAreaElement>(object, textPath(id, 'body'))
  const { props, folds, fold, unfold } = folding
  const { ranges = [] } = useMarks(object, textPath(id, 'body'))
  const [person] = usePerson()
  const area = useRef<HTMLTextAreaElement>(null)
  const [hasSelected, setHasSelected] = useState(false)
  useKeptFolds(foldsKey(object, id), !props.readOnly, folding)

  function foldSelected(): void {
    const { selectionStart = 0, selectionEnd = 0 } = area.current ?? {}
    // What is typed next stands behind the fold, and not in place of it.
    area.current?.setSelectionRange(selectionEnd, selectionEnd)
    if (selectionStart < selectionEnd) fold(selectionStart, selectionEnd)
    setHasSelected(false)
    area.current?.focus()
  }

  return (
    <>
      {tools !== null &&
        createPortal(<FoldButton hasSelected={hasSelected} onFold={foldSelected} />, tools)}
      <textarea
        {...props}
        className="note-body"
        aria-label="Text"
        placeholder={EMPTY_BODY}
        dir="auto"
        onSelect={({ currentTarget }) => {
          area.current = currentTarget
          setHasSelected(currentTarget.selectionStart < currentTarget.selectionEnd)
        }}
      />
      <CaretLayer text={props} {...person} />
      <FoldBar folds={folds} onUnfold={unfold} />
      {ranges.length > 0 && (
        <p className="hint plain-hint">Bold, italic and links show in CodeMirror and in Read.</p>
      )}
    </>
  )
}
