import { useMemo } from 'react'
import { checkPath, type FieldPath } from '../field-path.js'

/** Gives the same path as long as it leads to the same field, however it is written. */
export function usePath(path: FieldPath): FieldPath {
  checkPath(path)
  const [first, id, field] = typeof path === 'string' ? [path] : path
  return useMemo(
    () => (id === undefined || field === undefined ? first : [first, id, field]),
    [first, id, field],
  )
}
