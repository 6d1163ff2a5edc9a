/**
 * Counts the conflicts of every writer, from what all of them wrote and where the log put it.
 *
 * @param {readonly { number: number, writes: readonly object[] }[]} writers
 * @returns {Map<number, { won: number, lost: number }>} by the writer's number
 */
export function countConflicts(writers) {
  const counts = new Map(writers.map(({ number }) => [number, { won: 0, lost: 0 }]))
  for (const writes of byProperty(writers).values()) {
    const seqOf = new Map(writes.map(({ value, seq }) => [value, seq]))
    for (const own of writes) {
      // What the author saw when writing; 0 for a property that had no value.
      const seenSeq = seqOf.get(own.over) ?? 0
      const unseen = writes.filter(
        ({ by, seq }) => by !== own.by && seq > seenSeq && seq < own.seq,
      ).length
      const count = counts.get(own.by)
      if (own.standing === own.by) count.won += unseen
      else count.lost += unseen
    }
  }
  return counts
}

function byProperty(writers) {
  const all = new Map()
  for (const { number, writes } of writers) {
    for (const write of writes) {
      if (write.seq === undefined) continue
      const same = all.get(write.property) ?? []
      all.set(write.property, same)
      same.push({ ...write, by: number })
    }
  }
  return all
}
