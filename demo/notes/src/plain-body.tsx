import type { JSX } from 'react'
import { CaretLayer, useText } from 'react-collab'
import { usePerson } from '../../shell/person.js'
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
  const body = useText<HTMLTextAreaElement>(pad, textPath(id, 'body'))
  const [person] = usePerson()
  return (
    <>
      <textarea
        {...body}
        className="note-body"
        aria-label="Text"
        placeholder={EMPTY_BODY}
        dir="auto"
      />
      <CaretLayer text={body} {...person} />
    </>
  )
}
