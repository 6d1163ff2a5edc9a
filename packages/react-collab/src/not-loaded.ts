import { UsageError } from '@react-collab/core'

/** Says what is not known before the disk was read, and what to wait for: `UsageError` NOT_LOADED. */
export const notLoaded = (what: string): UsageError =>
  new UsageError('NOT_LOADED', `${what} is not known yet: await client.loaded(id) first`)
