import type { TextSpot } from 'react-collab'

/** What shows or edits the text of a note takes. */
export interface BodyProps {
  /** The object that the note is in: the pad, or its draft. */
  readonly object: string
  readonly id: string
  /** What of the text is only on this side of the two that are compared. */
  readonly difference: readonly TextSpot[]
  /** Where the buttons of the text go. */
  readonly tools: HTMLElement | null
}
