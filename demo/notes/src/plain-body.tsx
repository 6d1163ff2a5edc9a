import { type JSX, useRef, useState } from 'react'
import { CaretLayer, useFold } from 'react-collab'
import { usePerson } from '../../shell/person.js'
import { FoldBar } from './fold-bar.js'
import { textPath } from './note.js'

/** Which note's text it is. */
export interface BodyProps {
  readonly pad: string
  readonly id: string
}

/** The words in an empty note. */
export const EMPTY_BODY = 'Write. Whoever has this note open sees it as you type.'

/** The text of a note in a plain textarea. */
export function PlainBody({ pad, id }: BodyProps): JSX.Element {
  const { props, folds, fold, unfold } = useFold<HTMLTextAreaElement>(pad, textPath(id, 'body'))
  const [person] = usePerson()
  const area = useRef<HTMLTextAreaElement>(null)
  const [hasSelected, setHasSelected] = useState(false)

  function foldSelected(): void {
    const { selectionStart = 0, selectionEnd = 0 } = area.current ?? {}
    if (selectionStart < selectionEnd) fold(selectionStart, selectionEnd)
    setHasSelected(false)
    area.current?.focus()
  }

  return (
    <>
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
      <FoldBar
        folds={folds}
        hasSelected={hasSelected}
        onFold={foldSelected}
        onUnfold={({ id: folded }) => unfold(folded)}
      />
    </>
  )
}
