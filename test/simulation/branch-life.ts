import { canonicalJson, type CollabError, type ObjectId } from '@react-collab/core'
import { branchesOf, branchOf, type SharedObject } from 'react-collab/testing'
import type { Device, SimTab } from './device.js'
import type { Made } from './oracle.js'
import type { Random } from './random.js'
import type { Timeline } from './timeline.js'

/** What the life of branches is made with. */
export interface BranchLifeHost {
  readonly random: Random
  readonly timeline: Timeline
  readonly objects: readonly ObjectId[]
  /** Edits that were made so far. */
  readonly made: readonly Made[]
  trace(text: string): void
  complain(text: string): void
}

const NAMES = ['draft', 'plan']

/** Tells whether an object is a branch. */
export const isBranch = (object: string): boolean => object.includes('!')

/** The object that a branch comes from. */
export const rootOf = (object: string): ObjectId => object.split('!', 1)[0] as ObjectId

/** Tells whether an object can be written: a branch that is not there takes nothing. */
export const isWritable = ({ id, replica: { ready, cursor } }: SharedObject): boolean =>
  !isBranch(id) || !ready || cursor !== undefined

/** What people do with branches in a run. */
export class BranchLife {
  readonly #host: BranchLifeHost
  /** Edits that went with a branch that was dropped, or may have. */
  readonly dropped = new Set<Made>()
  /** What to excuse for branches whose dropping nobody has answered. */
  readonly #unanswered = new Set<() => void>()

  constructor(host: BranchLifeHost) {
    this.#host = host
  }

  /** Somebody does something with a branch, now and then. */
  act(device: Device, tab: SimTab): void {
    const { random, trace } = this.#host
    if (!random.chance(0.15) || tab.frozen || tab.closing || tab.objects.size === 0) return
    const parent = random.pick([...tab.objects.values()])
    const name = random.pick(NAMES)
    // Branches of branches, not deeper.
    if (parent.id.split('!').length > 2 || !parent.ready) return
    const branch = branchOf(tab.client, parent.id, name)
    const dice = random.below(100)
    const act = dice < 40 ? 'create' : dice < 70 ? 'push' : dice < 88 ? 'pull' : 'drop'
    trace(`${tab.name}: ${act} ${branch.target}`)
    if (act === 'create') tab.open(branch.target as ObjectId)
    if (act === 'drop') return void this.#drop(device, branch.target, () => branch.drop())
    void this.#allow(act === 'push' ? branch.push().local : branch[act]())
  }

  #allow(done: Promise<unknown>): Promise<unknown> {
    return done.catch((error: CollabError) => {
      const isFair = ['NO_BRANCH', 'CLOSED'].includes(error.code)
      if (!isFair) this.#host.complain(`a branch: ${String(error)}`)
    })
  }

  /** A tab that died dropped its branch all the same, or did not. */
  excuseUnanswered(): void {
    for (const excuse of this.#unanswered) excuse()
  }

  /** What was not pushed is gone, and so may be what was made while it went. */
  async #drop(device: Device, branch: string, drop: () => Promise<void>): Promise<void> {
    const { made } = this.#host
    const isOfBranch = (edit: Made): boolean =>
      edit.by.startsWith(`${device.name}.`) &&
      (edit.target === branch || edit.target.startsWith(`${branch}!`))
    const before = made.filter(isOfBranch)
    const excuse = (edits: readonly Made[]): void => edits.forEach((edit) => this.dropped.add(edit))
    excuse(before.filter((edit) => !edit.server))
    const first = made.length
    const excuseLater = (): void => excuse(made.slice(first).filter(isOfBranch))
    this.#unanswered.add(excuseLater)
    await this.#allow(drop())
    this.#unanswered.delete(excuseLater)
    excuseLater()
  }

  /** Brings all branches to where their objects are, and what is in them into these. */
  async finish(devices: readonly Device[], withinMs: number): Promise<void> {
    let isDone = false
    const all = Promise.all(devices.map((device) => this.#finishOn(device)))
    all.then(
      () => (isDone = true),
      (error: unknown) => this.#host.complain(`the end of branches: ${String(error)}`),
    )
    const { timeline, complain } = this.#host
    await timeline.runTo(timeline.now + withinMs, () => isDone)
    if (!isDone) complain('branches do not come to an end')
  }

  async #finishOn({ tabs }: Device): Promise<void> {
    const tab = tabs.find(({ closing }) => !closing)
    if (tab === undefined) return
    for (const root of this.#host.objects) await this.#end(tab, root)
  }

  /** The inner ones first. */
  async #end(tab: SimTab, parent: string): Promise<void> {
    for (const name of await branchesOf(tab.client, parent)) {
      const branch = branchOf(tab.client, parent, name)
      await this.#end(tab, branch.target)
      await branch.pull()
      await branch.push().local
      const [own, of] = [branch.target, parent].map((id) => tab.client.peek(id).replica.visible)
      const { held } = tab.client.peek(parent).replica
      for (const key of of?.confirmed.rows.keys() ?? []) {
        // What is windowed is no part of a branch.
        if (held.isWindowed(key)) continue
        const [is, should] = [own, of].map((visible) =>
          canonicalJson(visible?.row(key)?.values ?? {}),
        )
        if (is !== should) this.#host.complain(`${branch.target} shows ${is}, not ${should}`)
      }
    }
  }
}
