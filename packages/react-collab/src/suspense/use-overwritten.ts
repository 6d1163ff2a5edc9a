import type { Target } from '../object-ref.js'
import type { OverwrittenValue } from '../overwrites.js'
import { awaited } from '../react/target.js'
import {
  type OverwrittenList,
  type OverwrittenOptions,
  useOverwritten as useLoadingOverwritten,
} from '../react/use-overwritten.js'

/** What others have overwritten, as it was read from disk. */
export type ReadyOverwritten = OverwrittenList<readonly OverwrittenValue[]>

/** Lists values that others have replaced; suspends until they are read from disk. */
export const useOverwritten = (target: Target, options?: OverwrittenOptions): ReadyOverwritten =>
  useLoadingOverwritten(awaited(target), options) as ReadyOverwritten
