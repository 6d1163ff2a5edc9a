import {
  collectionPrefix,
  type Collection,
  type Field,
  type ObjectId,
  type Schema,
} from '@react-collab/core'
import type { Platform } from './platform.js'

/** What purging works with. */
export interface PurgingParts {
  readonly platform: Pick<Platform, 'elapsed'>
  /** Rows that were deleted longer ago than this go, ms. */
  readonly afterMs: number
  /** Lets those of an object go; tells whether there were any. */
  readonly purge: (object: ObjectId, olderThanMs: number) => Promise<boolean>
}

/** Says when deleted rows go for good: now and then, as all who have an object load it anew for that. */
export class Purging {
  readonly #parts: PurgingParts
  readonly #purgedAt = new Map<ObjectId, number>()

  constructor(parts: PurgingParts) {
    this.#parts = parts
  }

  /** Looks at an object, if nothing of it went within a tenth of the time. */
  async look(object: ObjectId): Promise<void> {
    const { platform, afterMs, purge } = this.#parts
    const purgedAt = this.#purgedAt.get(object) ?? Number.NEGATIVE_INFINITY
    if (platform.elapsed() - purgedAt < afterMs / 10) return
    if (await purge(object, afterMs)) this.#purgedAt.set(object, platform.elapsed())
  }
}

/** What keys of rows begin with that other rows of the schema refer to. */
export function targetsOf(schema: Schema | undefined): readonly string[] {
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
