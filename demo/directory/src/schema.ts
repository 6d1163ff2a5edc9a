import { createCollab, defineSchema, object, shared, value } from 'react-collab'

/** A directory of so many people that only those on the screen are in memory. */
export const schema = defineSchema({
  directory: object({
    people: shared(
      { name: value<string>(), city: value<string>(), since: value<number>() },
      { windowed: ['name', 'city', 'since'] },
    ),
  }),
})

export const { ref, useWindow } = createCollab(schema)

/** What the list may be ordered by. */
export type Order = 'name' | 'city' | 'since'

/** A person as the list shows one. */
export interface Person {
  readonly id: string
  readonly name?: string
  readonly city?: string
  readonly since?: number
}
