import { type JSX, useState } from 'react'
import { useRows, useUndo } from 'react-collab'
import { UpdatePrompt } from '../../shell/update-prompt.js'
import { useObjectBranch } from '../../shell/use-object-branch.js'
import { Header } from './header.js'
import { MissingNote } from './missing-note.js'
import { byAge, type NoteFields, NOTES } from './note.js'
import { NoteList } from './note-list.js'
import { NotePane } from './note-pane.js'
import { hashOf, useOpenNote } from './use-open-note.js'

/** The page. */
export function App({ pad }: { readonly pad: string }): JSX.Element {
  const notes = useRows<NoteFields>(pad, NOTES, { orderBy: byAge })
  const undo = useUndo(pad)
  const draft = useObjectBranch(pad, names)
  const openId = useOpenNote()
  const [newId, setNewId] = useState<string>()
  const open = notes.data?.find(({ id }) => id === openId)

  function begin(): void {
    const { id } = undo.group('New note', () => notes.add({ begun: Date.now() }))
    setNewId(id)
    // It begins among those that are shared: that is what is written.
    draft.show('shared')
    location.hash = hashOf(id)
  }
  function remove(id: string): void {
    undo.group('Delete note', () => notes.remove(id))
    location.hash = ''
  }

  return (
    <>
      <Header pad={pad} openId={openId} />
      <div className="panes" data-view={openId === undefined ? 'list' : 'note'}>
        <NoteList pad={pad} draft={draft} notes={notes} openId={openId} undo={undo} onNew={begin} />
        <main className="right">
          {open !== undefined ? (
            <NotePane
              key={open.id}
              pad={pad}
              note={open}
              isNew={open.id === newId}
              undo={undo}
              draft={draft}
              onRemove={remove}
            />
          ) : (
            <MissingNote notes={notes} openId={openId} onNew={begin} />
          )}
        </main>
      </div>
      <div className="toasts">
        <UpdatePrompt />
      </div>
    </>
  )
}

const names = { branch: 'draft', shared: 'shared notes' }
