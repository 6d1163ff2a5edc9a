import { type JSX, lazy, type LazyExoticComponent, Suspense, useState } from 'react'
import { CaretLayer, type TextSpot, type Undo, useText } from 'react-collab'
import { usePerson } from '../../shell/person.js'
import type { Side } from '../../shell/use-side.js'
import { UndoButtons } from '../../shell/undo-buttons.js'
import type { BodyProps } from './body-props.js'
import { type Note, textPath, wordsIn } from './note.js'
import { PlainBody } from './plain-body.js'
import { ReadBody } from './read-body.js'
import type { EditorKind } from './use-editor-kind.js'

interface NoteSideProps {
  /** The object that the note is in. */
  readonly object: string
  readonly side: Side
  /** What it is called, where there are two. */
  readonly name: string | undefined
  readonly note: Note
  readonly kind: EditorKind
  /** Was it begun just now, here? */
  readonly isNew: boolean
  readonly undo: Undo
  /** What of the text only this side has. */
  readonly difference: readonly TextSpot[]
}

/** Read when somebody wants it: it is as large as the rest of the page. */
const CodeBody: LazyExoticComponent<(props: BodyProps) => JSX.Element> = lazy(async () => ({
  default: (await import('./code-body.js')).CodeBody,
}))

const bodies = { codemirror: CodeBody, plain: PlainBody, read: ReadBody }

/** One state of a note: its title, its text, and what can be done with them. */
export function NoteSide({
  object,
  side,
  name,
  note,
  kind,
  isNew,
  undo,
  difference,
}: NoteSideProps): JSX.Element {
  const title = useText<HTMLInputElement>(object, textPath(note.id, 'title'))
  const [person] = usePerson()
  const [tools, setTools] = useState<HTMLElement | null>(null)
  const Body = bodies[kind]
  return (
    <section className="note-side" data-side={side} aria-label={name}>
      {name !== undefined && (
        <p className="side-name">
          <strong>{name}</strong> <span className="hint">{differenceWords(difference, kind)}</span>
        </p>
      )}
      <div className="side-tools" hidden={kind === 'read'}>
        <div ref={setTools} className="text-tools" />
        <UndoButtons undo={undo} />
      </div>
      <input
        {...title}
        className="note-title"
        aria-label="Title"
        placeholder="Title"
        dir="auto"
        autoComplete="off"
        autoFocus={isNew}
      />
      <CaretLayer text={title} {...person} />
      <Suspense fallback={<div className="note-body" />}>
        <Body object={object} id={note.id} tools={tools} difference={difference} />
      </Suspense>
      <p className="hint note-foot">{wordsIn(note.body ?? '')}</p>
    </section>
  )
}

function differenceWords(difference: readonly TextSpot[], kind: EditorKind): JSX.Element | string {
  if (difference.length === 0) return 'Nothing that the other does not have.'
  if (kind === 'plain') return 'CodeMirror and Read show what only it has.'
  return (
    <>
      <span className="differs">Highlighted</span>: only here.
    </>
  )
}
