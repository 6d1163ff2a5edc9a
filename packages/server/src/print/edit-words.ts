import type { TextEdit, TextView } from '@react-collab/core'
import { valueWords } from './value-words.js'

/** Tells by index what an event changed in a text; one line for each place that it changed. */
export function editWords(now: TextView | undefined, before: TextView | undefined): string[] {
  if (now === undefined) return [': nothing is left of what was typed']
  const edits = now.live.editsSince(before ?? { live: now.live, version: 0 }) ?? []
  if (edits.length === 0) return [': nothing that is seen']
  return joinEdits(edits).map(({ index, removed, inserted }) => {
    const [gone, come] = [removed, inserted].map((text) => valueWords(text))
    if (removed === '') return ` at ${index}: + ${come}`
    return ` at ${index}: ${inserted === '' ? `- ${gone}` : `${gone} → ${come}`}`
  })
}

/** Makes one edit of those that follow and touch each other, as when something is typed over. */
export function joinEdits(edits: readonly TextEdit[]): TextEdit[] {
  const list: TextEdit[] = []
  for (const edit of edits) {
    const last = list.at(-1)
    const isBefore = last !== undefined && edit.index + edit.removed.length === last.index
    const isAfter = last !== undefined && edit.index === last.index + last.inserted.length
    if (isBefore || isAfter) list.pop()
    if (isBefore) list.push(join(edit, last, edit.index))
    else if (isAfter) list.push(join(last, edit, last.index))
    else list.push(edit)
  }
  return list
}

const join = (left: TextEdit, right: TextEdit, index: number): TextEdit => ({
  index,
  removed: left.removed + right.removed,
  inserted: left.inserted + right.inserted,
})
