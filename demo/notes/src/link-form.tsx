import { type JSX, type SubmitEvent, useId, useState } from 'react'
import { Icon } from '../../shell/icons.js'
import type { CodeEditor } from './code-editor.js'
import type { Format } from './formatting.js'
import { linkAddress } from './link-address.js'

interface LinkFormProps {
  readonly editor: CodeEditor
  /** What was selected when the link was asked for. */
  readonly asked: Format
  readonly onEnd: () => void
}

/** Asks for the address of a link. */
export function LinkForm({ editor, asked, onEnd }: LinkFormProps): JSX.Element {
  const [typed, setTyped] = useState(asked.link ?? '')
  const [isRefused, setRefused] = useState(false)
  const trouble = useId()

  function set(event: SubmitEvent): void {
    event.preventDefault()
    const address = linkAddress(typed)
    if (address === undefined) return setRefused(true)
    editor.group('Link', () => setLink(editor, address))
    onEnd()
  }

  return (
    <form
      className="link-form"
      aria-label="Link"
      onSubmit={set}
      onKeyDown={({ key }) => key === 'Escape' && onEnd()}
    >
      <input
        className="input"
        aria-label="Address"
        aria-invalid={isRefused}
        aria-describedby={trouble}
        placeholder="example.org"
        inputMode="url"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        autoFocus
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value)
          setRefused(false)
        }}
      />
      <button type="submit" className="button is-primary">
        {asked.link === undefined ? 'Set link' : 'Change'}
      </button>
      <button type="button" className="icon-button" aria-label="Cancel" onClick={onEnd}>
        <Icon name="close" />
      </button>
      <p id={trouble} className="link-trouble" role="alert">
        {isRefused && 'That is no web address and no mail address.'}
      </p>
    </form>
  )
}

/** Links what is asked for; where nothing is selected, the address itself is put there. */
function setLink({ view, marks, formatting }: CodeEditor, address: string): void {
  const { linkPlace } = formatting.now()
  if (linkPlace !== undefined) {
    marks.mark(linkPlace.from, linkPlace.to, 'link', address)
    return
  }
  const { head } = view.state.selection.main
  const shown = address.replace(/^mailto:/, '')
  const end = head + shown.length
  view.dispatch({ changes: { from: head, insert: shown }, selection: { anchor: end } })
  marks.mark(head, end, 'link', address)
}
