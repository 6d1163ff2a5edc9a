import type { TextEdit } from '../text/ops.js'
import { composeAll } from './algebra.js'
import type { Change, Part } from './change.js'
import { splice } from './constructors.js'

/** Makes edits of a text, one after the other, one change. */
export const changeOfEdits = (edits: readonly TextEdit[]): Change =>
  composeAll(edits.map(({ index, removed, inserted }) => splice(index, removed, inserted)))

/**
 * Tells a change of a text as edits, from the last to the first: each at its place in the text
 * before. What moves is deleted and typed again.
 */
export function editsOfParts(before: string, parts: readonly Part[]): TextEdit[] {
  const edits: TextEdit[] = []
  let at = 0
  let removed = 0
  let inserted = ''
  const flush = (): void => {
    if (removed > 0 || inserted !== '') {
      const index = at - removed
      edits.push({ index, removed: before.slice(index, at), inserted })
    }
    removed = 0
    inserted = ''
  }
  for (const part of parts) {
    if (part.kind === 'insert') inserted += part.content as string
    else if (part.kind === 'put') inserted += before.slice(part.from, part.from + part.count)
    else {
      const count = part.kind === 'delete' ? part.content.length : part.count
      if (part.kind === 'keep') flush()
      else removed += count
      at += count
    }
  }
  flush()
  return edits.reverse()
}
