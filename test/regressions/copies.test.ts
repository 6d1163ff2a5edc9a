/** Disks that are copied and put back while real clients write, over a real server. */
import 'fake-indexeddb/auto'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { openFileStore } from 'react-collab/node'
import { createLocalStore, type LocalStore, openIndexedDbDisk } from 'react-collab/testing'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../simulation/random.js'
import { copyDisk } from '../simulation/real-media.js'
import { agree, type Device, newFolder, openDevice, startStation, until } from './lab.js'

/** A kind of disk; disks are named by numbers. */
interface Shelf {
  open(disk: number): Promise<LocalStore>
  /** Copies a disk, whatever its client is at. */
  copy(from: number, to: number): Promise<void>
}

const shelves: Readonly<Record<string, () => Shelf>> = {
  files() {
    const folder = newFolder()
    const path = (disk: number): string => join(folder, `${disk}.db`)
    return {
      open: (disk) => openFileStore(path(disk)),
      copy: async (from, to) => copyFileSync(path(from), path(to)),
    }
  },
  IndexedDB() {
    const name = `copies ${Math.random()}`
    return {
      open: async (disk) => createLocalStore(await openIndexedDbDisk(`${name} ${disk}`)),
      copy: (from, to) => copyDisk(`${name} ${from}`, `${name} ${to}`),
    }
  },
}

/** A client, its disk, and copies of that. */
interface Browser {
  readonly device: Device
  readonly disk: number
  readonly kept: number[]
}

class Story {
  readonly #random: Random
  readonly #shelf: Shelf
  readonly #url: string
  readonly #browsers: Browser[] = []
  #disks = 0
  /** What was written, each once. */
  readonly words: string[] = []

  constructor(seed: number, shelf: Shelf, url: string) {
    this.#random = createRandom(seed)
    this.#shelf = shelf
    this.#url = url
  }

  get devices(): Device[] {
    return this.#browsers.map(({ device }) => device)
  }

  open(disk = this.#disks++): void {
    const device = openDevice(this.#url, { openStore: () => this.#shelf.open(disk) })
    device.object()
    this.#browsers.push({ device, disk, kept: [] })
  }

  /** Something happens somewhere. */
  async step(): Promise<void> {
    const browser = this.#random.pick(this.#browsers)
    const { device, disk, kept } = browser
    const dice = this.#random.below(100)
    await until(() => device.object().ready)
    if (dice < 55) await this.#write(device)
    else if (dice < 75) device.client.setOffline(this.#random.chance(0.5))
    else if (dice < 85) {
      const copy = this.#disks++
      // In the middle of a write, or between two.
      if (this.#random.chance(0.5)) void this.#write(device)
      await this.#shelf.copy(disk, copy)
      kept.push(copy)
    } else if (dice < 93 && kept.length > 0 && this.#browsers.length < 4) {
      this.open(this.#random.pick(kept.splice(0)))
    } else if (kept.length > 0) await this.#putBack(browser, kept.splice(0)[0] as number)
  }

  async #write({ object }: Device): Promise<void> {
    const word = `<${this.words.length}>`
    this.words.push(word)
    const shared = object()
    const text = shared.text('body')
    const at = this.#random.pick([0, text.length, text.toString().indexOf('>') + 1])
    const written = [
      text.insert(at, word),
      // Each another number: two copies may write in one millisecond.
      shared.counter('words').add(this.words.length),
      shared.add('rows', { id: `row${word.slice(1, -1)}`, word }),
    ]
    await Promise.all(written.map((edit) => edit?.local))
  }

  /** When all that it wrote is in the log: what only it had would be gone. */
  async #putBack(browser: Browser, disk: number): Promise<void> {
    const { device } = browser
    device.client.setOffline(false)
    await until(() => device.client.status.state === 'synced')
    await device.client.close()
    this.#browsers.splice(this.#browsers.indexOf(browser), 1)
    this.open(disk)
  }

  async end(): Promise<void> {
    for (const { client } of this.devices) client.setOffline(false)
    await agree(this.devices)
  }
}

describe.each(Object.entries(shelves))('on %s', (_, createShelf) => {
  it.each([1, 2, 3, 4, 5, 6])(
    '[FORK1, FORK2, FORK4, FORK7] copies write on, and nothing is lost or doubled: seed %i',
    async (seed) => {
      const { url } = await startStation()
      const story = new Story(seed, createShelf(), url)
      story.open()
      for (let i = 0; i < 40; i++) await story.step()
      await story.end()
      const [object] = story.devices.map((device) => device.object())
      const body = object!.text('body').toString()
      const words = body.match(/<\d+>/g) ?? []
      expect([...words].sort()).toEqual([...story.words].sort())
      expect(words.join('').length).toBe(body.length)
      const sum = (story.words.length * (story.words.length + 1)) / 2
      expect(object!.counter('words').value).toBe(sum)
      const rows = story.words.map((word) => object!.row('rows', `row${word.slice(1, -1)}`)?.word)
      expect(rows).toEqual(story.words)
      for (const { client } of story.devices) expect(client.outbox.rejected).toEqual([])
    },
  )
})
