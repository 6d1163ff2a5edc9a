import type { Peer } from 'react-collab'
import { type Person, readPerson } from './person.js'

/** What people show of themselves in a demo. */
export interface Shown extends Person {
  /** Which part of the object they look at, if it is only one. */
  readonly at?: string | undefined
}

/** Somebody who is here, as they are shown. */
export interface Face extends Person {
  readonly id: string
  readonly at: string | undefined
}

/** Everybody who is here, once for each browser and place. */
export function facesOf(peers: readonly Peer<Shown>[]): readonly Face[] {
  const faces = new Map<string, Face>()
  for (const { client, state } of peers) {
    const at = typeof state.at === 'string' ? state.at : undefined
    const id = `${client} ${at ?? ''}`
    faces.set(id, { ...readPerson(state, client), id, at })
  }
  return [...faces.values()]
}

/** Everybody who is here, once for each browser. */
export const peopleOf = (peers: readonly Peer<Shown>[]): readonly Face[] => [
  ...new Map(facesOf(peers).map((face) => [face.id.split(' ')[0], face])).values(),
]
