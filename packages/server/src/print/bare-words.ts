import { type Event, eventReplica, msOf, type Patch, PLACE, TOMBSTONE } from '@react-collab/core'
import { isoTime } from '../platform.js'
import { rowOf, whereOf } from './change-words.js'
import { valueWords } from './value-words.js'

/** Tells in words what an event writes, where nobody knows any more what was there before. */
export function bareWords(event: Event): string[] {
  const [, stamp, patches] = event
  const who = `${isoTime(msOf(stamp))} ${eventReplica(event)}`
  return patches.map((patch) => `${who} ${wordsOf(patch)}`)
}

function wordsOf(patch: Patch): string {
  const [kind, key, field] = patch
  const where = whereOf(key, field)
  if (kind === 'x') return `${where}: → nothing`
  if (kind === '+') return `${where}: ${patch[3] < 0 ? '-' : '+'} ${Math.abs(patch[3])}`
  if (kind === '~') return `${where}: ${typedWords(patch[3], patch[4])}`
  if (field === TOMBSTONE)
    return `${rowOf(key)}: ${patch[3] === true ? 'deleted' : 'added or restored'}`
  if (field === PLACE) return `${rowOf(key)}: put or moved`
  return `${where}: → ${valueWords(patch[3])}`
}

function typedWords(
  inserts: readonly (readonly unknown[])[],
  deletes: readonly (readonly unknown[])[],
): string {
  const typed = inserts.map(([, , , , text]) => (typeof text === 'string' ? text : ''))
  const gone = deletes.reduce((sum, [, , length]) => sum + (length as number), 0)
  const parts = [
    ...typed.filter((text) => text !== '').map((text) => `+ ${valueWords(text)}`),
    ...(gone > 0 ? [`- ${gone} letters`] : []),
  ]
  return parts.join(', ') || 'nothing that is seen'
}
