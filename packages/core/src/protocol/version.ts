/**
 * The version of the wire contract; a test pins it to a hash of the shapes in `messages.ts`.
 *
 * 1  joins, pushes, entries, heads; registers and removed fields
 * 2  pages that wait until `seen` tells that the ones before have come
 * 3  presence
 * 4  own entries that come back without what they hold
 * 5  rows in place of entries, digests, owners, the pool of clients, removed objects
 */
export const PROTOCOL_VERSION = 5

/** The oldest version that this one still speaks with. */
export const PROTOCOL_FLOOR = 1
