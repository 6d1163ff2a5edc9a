import type { ObjectSpec, Row, RowKey } from '@react-collab/core'
import { Derivations } from './derived/derivations.js'
import { sourceView } from './derived/source-view.js'
import { Lens } from './lens.js'
import { createRowListeners, type RowListeners } from './listeners.js'
import type { Replica } from './replica.js'
import type { ReplicaHost } from './replica-host.js'
import type { Screen } from './row-reader.js'
import { Visible } from './visible.js'
import { checkNotWindowed } from './windows/check-windows.js'

/** What a replica shows: its rows as this app has them, what is derived of them, and who hears of them. */
export class Showing {
  readonly visible: Visible
  readonly listeners: RowListeners
  /** How rows are read, and marked as they are written, where versions of a schema differ. */
  readonly lens: Lens
  readonly derivations: Derivations
  /** Hides rows from who shows them. */
  screen: Screen | undefined
  readonly #replica: Replica

  constructor(replica: Replica, host: ReplicaHost) {
    const { object } = replica
    const { versions, platform } = host
    const { report } = platform
    this.#replica = replica
    this.listeners = createRowListeners(report, () => this.derivations.settle())
    this.lens = new Lens({ object, versions, report, tooOld: (error) => host.tooOld?.(error) })
    this.visible = new Visible(this.lens, (key) => this.#changed(key), replica.held)
    this.derivations = new Derivations({
      object,
      version: versions?.version ?? 1,
      keys: (prefix) => this.visible.keys(prefix),
      shown: (key) => sourceView(this.row(key), key),
      confirmed: (key) => sourceView(this.#confirmed(key), key),
      mark: (key) => this.listeners.mark(key),
      report,
    })
  }

  #changed(key: RowKey): void {
    this.#mark(key)
    if (this.screen !== undefined) for (const other of this.screen.changed(key)) this.#mark(other)
  }

  #mark(key: RowKey): void {
    this.listeners.mark(key)
    this.derivations.mark(key)
  }

  /** Learns what the schema derives from the rows. */
  describe(spec: ObjectSpec): void {
    this.derivations.describe(spec)
    if (!this.derivations.isEmpty) this.visible.derived = this.derivations
  }

  /** A row for who shows it: undefined also where it is hidden. */
  row(key: RowKey): Row | undefined {
    if (this.screen?.hides(key) === true || this.visible.isPartial(key)) return undefined
    return this.visible.row(key)
  }

  #confirmed(key: RowKey): Row | undefined {
    const row = this.visible.confirmed.rows.get(key)
    const isShown = row !== undefined && this.screen?.hides(key) !== true
    return isShown ? this.lens.read(row, key) : undefined
  }

  /** Another may write what is shown as one's own: all rows that have an owner are shown anew. */
  ownersChanged(): void {
    const { held } = this.#replica
    const all = [...this.visible.prefixes].map((prefix) => this.visible.keys(prefix))
    for (const keys of [...all, held.keys])
      for (const key of keys) if (key.includes('~')) this.listeners.mark(key)
    this.listeners.flush()
  }

  /** Refuses the key of a row that may not be written here. */
  checkMine(key: RowKey): void {
    this.derivations.check(key)
    checkNotWindowed(this.#replica, key)
    this.#replica.ownership.check(key, this.screen?.ownedBy(key))
  }
}
