import { type JSX, type PointerEvent, useCallback, useEffect, useState } from 'react'
import { toggleMark } from 'react-collab/codemirror'
import { Icon, type IconName } from '../../shell/icons.js'
import { type CodeEditor, paints } from './code-editor.js'
import type { Format } from './formatting.js'
import { LinkForm } from './link-form.js'

interface MarkToolsProps {
  readonly editor: CodeEditor
  readonly format: Format
}

const kinds: readonly (readonly [kind: 'bold' | 'italic', label: string, key: string])[] = [
  ['bold', 'Bold', 'B'],
  ['italic', 'Italic', 'I'],
]

/** Editor and selection stay as they are while a button is pressed. */
const stay = (event: PointerEvent): void => event.preventDefault()

/** Makes what is selected bold, italic or a link, and tells whether it is. */
export function MarkTools({ editor, format }: MarkToolsProps): JSX.Element {
  const { view, marks, group } = editor
  const { place, link, linkPlace } = format
  const [asked, setAsked] = useState<Format>()
  const ask = useCallback(() => setAsked(editor.formatting.now()), [editor])
  useEffect(() => editor.onAskLink(ask), [editor, ask])
  useEffect(() => {
    paints.asked.show(view, asked?.linkPlace === undefined ? [] : [asked.linkPlace])
  }, [view, asked])

  function unlink(): void {
    if (linkPlace !== undefined)
      group('Remove link', () => marks.unmark(linkPlace.from, linkPlace.to, 'link'))
    view.focus()
  }

  function endAsking(): void {
    setAsked(undefined)
    view.focus()
  }

  return (
    <>
      <div className="mark-tools" role="group" aria-label="Format">
        {kinds.map(([kind, label, key]) => (
          <ToolButton
            key={kind}
            icon={kind}
            label={label}
            title={`${label} (Ctrl ${key})`}
            isPressed={format[kind]}
            isDisabled={place === undefined}
            onPress={() => {
              group(label, () => toggleMark(kind)(view))
              view.focus()
            }}
          />
        ))}
        <ToolButton
          icon="link"
          label="Link"
          title={link === undefined ? 'Link (Ctrl K)' : `Link to ${link}`}
          isPressed={link !== undefined}
          onPress={ask}
        />
        {link !== undefined && (
          <ToolButton icon="unlink" label="Remove link" title="Remove link" onPress={unlink} />
        )}
      </div>
      {asked !== undefined && <LinkForm editor={editor} asked={asked} onEnd={endAsking} />}
    </>
  )
}

interface ToolButtonProps {
  readonly icon: IconName
  readonly label: string
  readonly title: string
  readonly isPressed?: boolean
  readonly isDisabled?: boolean
  readonly onPress: () => void
}

function ToolButton({
  icon,
  label,
  title,
  isPressed,
  isDisabled = false,
  onPress,
}: ToolButtonProps): JSX.Element {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      aria-pressed={isPressed}
      title={title}
      disabled={isDisabled}
      onPointerDown={stay}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  )
}
