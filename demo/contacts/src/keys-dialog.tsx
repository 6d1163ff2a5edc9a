import type { JSX } from 'react'
import { Modal } from './modal.js'

const keys: readonly (readonly [string, string])[] = [
  ['/', 'Search'],
  ['n', 'New contact'],
  ['↑ ↓', 'Through the list; also Page Up, Page Down, Home, End'],
  ['Enter', 'In the list: edit. In a field: done'],
  ['Escape', 'Give up what is typed; then back to the list'],
  ['Delete', 'Delete the contact'],
  ['Ctrl Z', 'Undo the last delete'],
  ['?', 'This list'],
]

/** What the keyboard does. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Modal title="Keyboard" onClose={onClose}>
      <dl className="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
