import type { AnchorSide } from '@react-collab/core'

/** Kinds that end where they end: what is typed there is no more of the same link. */
const closed: ReadonlySet<string> = new Set(['link', 'comment'])

/** Whether what is typed at the end of a mark takes it, where nobody says otherwise. */
export const growsByDefault = (kind: string): boolean => !closed.has(kind)

/**
 * On which side the two anchors of a mark hold on to the text.
 *
 * What is typed at the start of a mark stays outside of it, and is like what stands before. What is
 * typed at its end is inside if the kind grows. Where a kind is taken away the same holds: of a kind
 * that does not grow, the rest to either side does not grow into the gap.
 */
export function sidesOf(isTakenAway: boolean, grows: boolean): [from: AnchorSide, to: AnchorSide] {
  if (grows) return ['after', 'after']
  return isTakenAway ? ['before', 'after'] : ['after', 'before']
}
