import type { RowKey, TextChange, TextPatch } from '@react-collab/core'
import type { ChangeText } from './visible.js'

/** What is to be done to one text. */
export interface Typing {
  readonly key: RowKey
  readonly field: string
  readonly change: ChangeText<TextChange | undefined>
}

/** A change of a text as others get it. */
export const patchOf = (key: RowKey, field: string, { ops }: TextChange): TextPatch => [
  '~',
  key,
  field,
  ops.inserts,
  ops.deletes,
]
