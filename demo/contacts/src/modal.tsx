import { type JSX, type ReactNode, useEffect, useId, useRef } from 'react'
import { Icon } from '../../shell/icons.js'

interface ModalProps {
  readonly title: string
  readonly children: ReactNode
  readonly onClose: () => void
}

/** A dialog over the page: Escape and a click beside it close it. */
export function Modal({ title, children, onClose }: ModalProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const shown = dialog.current
    if (shown?.open === false) shown.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="modal"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
    >
      <div className="modal-inside">
        <div className="modal-head">
          <h2 id={id}>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  )
}
