import type { JSX } from 'react'
import { useMarks, useRow } from 'react-collab'
import type { BodyProps } from './body-props.js'
import { type NoteFields, NOTES, textPath } from './note.js'
import { linesOf, type ReadPiece } from './reading.js'

/** The text of a note to read, with links to follow. */
export function ReadBody({ object, id, difference }: BodyProps): JSX.Element {
  const [body] = useRow(object, NOTES, id, (note: NoteFields) => note.body ?? '')
  const { ranges } = useMarks(object, textPath(id, 'body'))
  return (
    <div className="note-body is-read" role="document" aria-label="Text" tabIndex={0} dir="auto">
      {body === '' && <p className="read-empty">Nothing is written yet.</p>}
      {body !== '' &&
        linesOf(body ?? '', ranges ?? [], difference).map(({ at, pieces }) => (
          <p key={at}>
            {pieces.map((piece) => (
              <Piece key={piece.at} {...piece} />
            ))}
          </p>
        ))}
    </div>
  )
}

function Piece({ text, bold, italic, href, differs }: ReadPiece): JSX.Element {
  const names = [bold && 'is-bold', italic && 'is-italic', differs && 'differs']
  const className = names.filter(Boolean).join(' ') || undefined
  return href === undefined ? (
    <span className={className}>{text}</span>
  ) : (
    <a className={className} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  )
}
