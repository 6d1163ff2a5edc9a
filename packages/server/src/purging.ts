import {
  collectionPrefix,
  type Collection,
  type Field,
  type ObjectId,
  type Schema,
} from '@react-collab/core'
import type { EventLog } from './log/event-log.js'
import type { Platform } from './platform.js'

/** What purging works with. */
export interface PurgingParts {
  readonly log: EventLog
  readonly platform: Platform
  readonly schema: Schema | undefined
  /** Rows that were deleted longer ago than this go, ms. */
  readonly afterMs: number
  /** Whoever has an object is to join it again. */
  readonly rejoin: (object: ObjectId) => void
}

/** Lets deleted rows go for good, now and then: all who have an object load it anew for that. */
export class Purging {
  readonly #parts: PurgingParts
  readonly #kept: readonly string[]
  readonly #purgedAt = new Map<ObjectId, number>()

  constructor(parts: PurgingParts) {
    this.#parts = parts
    this.#kept = targetsOf(parts.schema)
  }

  /** Looks at an object, if it was not purged within a tenth of the time. */
  async look(object: ObjectId): Promise<void> {
    const { log, platform, afterMs, rejoin } = this.#parts
    const purgedAt = this.#purgedAt.get(object) ?? Number.NEGATIVE_INFINITY
    if (platform.elapsed() - purgedAt < afterMs / 10) return
    let wereThere = true
    try {
      wereThere = await log.purge(object, { before: platform.now() - afterMs, kept: this.#kept })
    } finally {
      // Where that has failed nobody knows what the disk has done.
      if (wereThere) rejoin(object)
    }
    if (wereThere) this.#purgedAt.set(object, platform.elapsed())
  }
}

/** What keys of rows begin with that other rows of the schema refer to. */
function targetsOf(schema: Schema | undefined): readonly string[] {
  const targets = new Set<string>()
  const note = (field: Field | Collection): void => {
    if (field.kind === 'ref') targets.add(collectionPrefix(field.to))
  }
  for (const spec of Object.values(schema?.objects ?? {})) {
    for (const member of Object.values(spec)) {
      if ('fields' in member) Object.values(member.fields).forEach(note)
      else note(member)
    }
  }
  return [...targets]
}
