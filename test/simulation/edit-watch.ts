import { type CollabError, eventReplica, type Patch } from '@react-collab/core'
import type { SharedObject } from 'react-collab/testing'
import { rootOf } from './branch-life.js'
import { type Made, nameOf } from './oracle.js'
import { isShown } from './shown.js'

/** An edit that waits to be seen in the log. */
type Edit = ReturnType<SharedObject['replica']['edit']>

/** Who hears of what is wrong. */
export interface EditWatchHost {
  complain(text: string): void
  /** The branch of an edit was gone before the disk had it. */
  dropped(edit: Made): void
}

/** The newest edit of an object that waits. */
export const newestOf = ({ replica }: SharedObject): Edit | undefined =>
  [...replica.visible.pending].at(-1)

/** Keeps all edits that were made, with what becomes of them. */
export class EditWatch {
  readonly made: Made[] = []
  readonly #host: EditWatchHost

  constructor(host: EditWatchHost) {
    this.#host = host
  }

  /** Takes the edit that a write has made, if it has made one: `before` is what was the newest. */
  edit(by: string, object: SharedObject, written: unknown, before: Edit | undefined): void {
    const edit = newestOf(object)
    // The last one may be another tab's.
    const { writer } = object.replica
    const isOwn = edit?.event?.[0] === 0 || (edit?.event && eventReplica(edit.event)) === writer
    if (edit !== undefined && edit !== before && isOwn) this.#take(by, object, edit, written)
  }

  /** Takes the newest edits. */
  newest(by: string, object: SharedObject, count: number): void {
    const edits = count === 0 ? [] : [...object.replica.visible.pending].slice(-count)
    for (const edit of edits) this.#take(by, object, edit, edit)
  }

  #take(by: string, { id, replica }: SharedObject, edit: Edit, written: unknown): void {
    const { local, server } = written as Edit
    if (this.made.some((made) => made.patches === edit.patches)) return
    // What changed nothing is no edit; the last one is then another tab's.
    if (edit.key !== undefined && edit.event && eventReplica(edit.event) !== replica.writer) return
    if (!isShown(edit.patches, replica))
      this.#host.complain(`${by}: an edit of ${id} does not show`)
    const { rows } = replica.visible.confirmed
    const knew = edit.patches.map(([, key]) => key).filter((key) => key !== '' && rows.has(key))
    const made: Made = {
      by,
      knew: new Set(knew),
      object: rootOf(id),
      target: id,
      // Of an edit that was made before the disk was read they are made again.
      get patches(): readonly Patch[] {
        return edit.patches
      },
      name: () =>
        edit.event === undefined || edit.event[0] === 0 ? undefined : nameOf(edit.event),
      local: false,
      server: false,
      refused: false,
    }
    this.made.push(made)
    local.then(
      () => (made.local = true),
      (error: CollabError) => {
        if (error.code === 'NO_BRANCH') this.#host.dropped(made)
        else this.#host.complain(`${by}: the disk was well, and yet: ${String(error)}`)
      },
    )
    server.then(
      () => (made.server = true),
      () => (made.refused = true),
    )
  }
}
