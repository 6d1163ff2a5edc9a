import {
  applyToRow,
  emptyRow,
  LiveText,
  type OwnText,
  type Patch,
  readText,
  type Row,
  type Stamp,
} from '@react-collab/core'

/** A row as pending edits leave it, and how many of their patches lie in it. */
export interface Overlaid {
  row: Row
  patches: number
  /** Fields whose text is a copy; that of the others is the confirmed one. */
  ownTexts: ReadonlySet<string>
  /** Typing lies in it whose text is not there yet, as after a reload without a line. */
  isPartial: boolean
}

const none: ReadonlySet<never> = new Set()

/** Begins to lay edits over a row; undefined where there is none. */
export const overlaidOn = (row: Row = emptyRow): Overlaid => ({
  row,
  patches: 0,
  ownTexts: none,
  isPartial: false,
})

/** Notes that the text of a field is a copy. */
export function addOwnText(over: Overlaid, field: string): void {
  if (!over.ownTexts.has(field)) over.ownTexts = new Set([...over.ownTexts, field])
}

/** Gives texts of the overlay that may be edited: copied from the confirmed ones at the first edit. */
export const ownTextOf =
  (over: Overlaid): OwnText =>
  (field, live) => {
    if (live !== undefined && over.ownTexts.has(field)) return live
    addOwnText(over, field)
    return live?.fork() ?? new LiveText()
  }

/** Merges a foreign event into an overlaid row; `confirmed` has it already, with the texts of both. */
export function mergedOver(
  over: Overlaid,
  patches: readonly Patch[],
  stamp: Stamp,
  confirmed: Row,
): Row {
  const isShared = (patch: Patch): boolean => patch[0] === '~' && !over.ownTexts.has(patch[2])
  const shared = patches.filter(isShared)
  if (shared.length === 0) return applyToRow(over.row, patches, stamp, ownTextOf(over))
  const own = patches.filter((patch) => !isShared(patch))
  const row = applyToRow(over.row, own, stamp, ownTextOf(over))
  const texts = shared.map(([, , field]) => [field, readText(confirmed, field)] as const)
  return { ...row, texts: { ...row.texts, ...Object.fromEntries(texts) } } as Row
}

/** Whether an edit of a text had no effect: it refers to what is not known. */
export const isUnknown = ([kind, , field]: Patch, before: Row, after: Row): boolean =>
  kind === '~' && readText(before, field) === readText(after, field)

/** Whether nothing but registers lies in it. */
export const isOfRegisters = ({ row: { sums, texts }, isPartial }: Overlaid): boolean =>
  !isPartial && (sums ?? texts) === undefined
