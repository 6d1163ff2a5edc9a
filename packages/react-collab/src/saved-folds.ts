import { cut, type TextAnchor, UsageError } from '@react-collab/core'

/** What is kept of a fold: the units that it begins and ends with, and what stands for it. */
export interface SavedFold {
  readonly anchors: readonly [start: TextAnchor, end: TextAnchor]
  readonly placeholder: string
}

/** Reads folds that were kept as JSON; throws `BAD_VALUE` for anything else. */
export function readFolds(value: unknown): readonly SavedFold[] {
  if (Array.isArray(value) && value.every(isFold)) return value
  throw new UsageError('BAD_VALUE', `${cut(value)} are no folds of a text`)
}

function isFold(value: unknown): value is SavedFold {
  if (typeof value !== 'object' || value === null) return false
  const { anchors, placeholder } = value as Partial<SavedFold>
  const isPair = Array.isArray(anchors) && anchors.length === 2 && anchors.every(isAnchor)
  return isPair && typeof placeholder === 'string' && placeholder !== ''
}

function isAnchor(value: unknown): boolean {
  const [replica, id, side] = Array.isArray(value) ? (value as unknown[]) : []
  const isSide = side === 'before' || side === 'after'
  return typeof replica === 'string' && Number.isSafeInteger(id) && isSide
}
