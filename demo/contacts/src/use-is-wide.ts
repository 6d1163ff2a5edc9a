import { useMedia } from '../../shell/use-media.js'

/** Tells whether list and contact stand side by side. */
export const useIsWide = (): boolean => useMedia('(min-width: 46rem)')
