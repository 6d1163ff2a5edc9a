import type { Replica } from '@react-collab/core'
import type { Device } from './device.js'
import type { Profile } from './media.js'
import type { Made } from './oracle.js'
import type { Random } from './random.js'

/** What the life of copies is made with. */
export interface CopyLifeHost {
  readonly random: Random
  readonly devices: readonly Device[]
  /** Edits that were made so far. */
  readonly made: readonly Made[]
  /** Adds a device whose disk is a copy of another's. */
  add(like: Device, disk: Profile): void
  trace(text: string): void
  complain(text: string): void
}

/** A disk as it was, and when. */
interface Kept {
  readonly of: Device
  readonly disk: () => Profile
  /** Edits that were on no disk by then, or not made yet. */
  readonly isNewer: (edit: Made) => boolean
}

const mostDevices = 6

/** What becomes of disks that are copied, and of disks that are put back to what they were. */
export class CopyLife {
  readonly #host: CopyLifeHost
  readonly #kept: Kept[] = []
  /** Devices that share their past with another one. */
  readonly #copies = new Set<Device>()
  /** Edits that went with a disk that was put back. */
  readonly lost = new Set<Made>()
  /** Edits that only the log has, as their disk was put back. */
  readonly exposed = new Set<Made>()

  constructor(host: CopyLifeHost) {
    this.#host = host
  }

  /** A disk is copied, a copy comes to life, or a disk is put back, now and then. */
  act(device: Device): void {
    const { random } = this.#host
    if (!random.chance(0.06)) return
    const kept = this.#kept.length > 0 ? random.pick(this.#kept) : undefined
    const dice = random.below(100)
    if (kept === undefined || dice < 45) this.#keep(device)
    else if (dice < 75 && this.#host.devices.length < mostDevices) this.#clone(kept)
    else this.#rollBack(kept)
  }

  /** Some disk has a copy, or was put back. */
  get exist(): boolean {
    return this.#copies.size > 0
  }

  /** A disk of which there is no copy has no reason to become another client. */
  finish(): void {
    for (const device of this.#host.devices)
      if (device.forks > 0 && !this.#copies.has(device))
        this.#host.complain(`${device.name} forked, though it is no copy`)
  }

  #keep(device: Device): void {
    const { made, trace, complain } = this.#host
    const saved = new Set(made.filter((edit) => edit.local))
    trace(`${device.name} is copied`)
    device.copyDisk().then(
      (disk) => {
        this.#kept.push({ of: device, disk, isNewer: (edit) => !saved.has(edit) })
      },
      (error: unknown) => complain(`a copy: ${String(error)}`),
    )
  }

  #clone({ of, disk }: Kept): void {
    const { add, devices, trace } = this.#host
    trace(`a copy of ${of.name} comes to life`)
    this.#copies.add(of)
    add(of, disk())
    const copy = devices.at(-1)
    if (copy !== undefined) this.#copies.add(copy)
  }

  /** What it did meanwhile and nobody else knows is gone. */
  #rollBack({ of, disk, isNewer }: Kept): void {
    const { made, trace } = this.#host
    trace(`${of.name} is put back`)
    this.#copies.add(of)
    const isOf = (edit: Made): boolean => edit.by.startsWith(`${of.name}.`)
    for (const edit of made)
      if (isOf(edit) && isNewer(edit)) (edit.server ? this.exposed : this.lost).add(edit)
    of.rollBack(disk())
  }
}

/** Which replicas wrote in place of others, on any disk. */
export function successorsOn(devices: readonly Device[]): Map<Replica, Set<Replica>> {
  const successors = new Map<Replica, Set<Replica>>()
  for (const [old, now] of devices.flatMap(({ retirements }) =>
    retirements.flatMap((one) => [...one]),
  ))
    successors.set(old, new Set([...(successors.get(old) ?? []), now]))
  return successors
}
