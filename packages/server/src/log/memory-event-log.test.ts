import type { ObjectId } from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import {
  type Bench,
  clock,
  eventLogContract,
  makeEvents,
  Pusher,
  readPage,
} from './event-log.contract.js'
import type { CommitFault, LogSnapshot } from './memory-disk.js'
import { createMemoryEventLog, type MemoryEventLog } from './memory-event-log.js'
import { purgeContract } from './purge.contract.js'
import { removalContract } from './removal.contract.js'
import { stateContract } from './state.contract.js'

const now = (): number => clock.now

const createBench = async (): Promise<Bench> => {
  let log: MemoryEventLog | undefined
  let copy: LogSnapshot | undefined
  let kept: LogSnapshot | undefined
  return {
    open: async (options) => {
      copy ??= log?.snapshot()
      log = createMemoryEventLog({ now, random: Math.random, ...options, from: copy })
      copy = undefined
      return log
    },
    backup: async () => {
      kept = log?.snapshot()
    },
    restore: async () => {
      copy = kept
    },
    destroy: async () => {},
  }
}

eventLogContract('memory', createBench)
stateContract('memory', createBench)
purgeContract('memory', createBench)
removalContract('memory', createBench)

describe('a group commit that fails', () => {
  const objects = ['one', 'two', 'three'] as ObjectId[]

  /** Pushes to three objects while a commit is under way, so that they share the next one. */
  async function pushGroup(faultOf: (group: readonly ObjectId[]) => CommitFault | undefined) {
    const isFirst = (group: readonly ObjectId[]) => group.includes('first' as ObjectId)
    const fault = async (group: readonly ObjectId[]) =>
      isFirst(group) ? undefined : faultOf(group)
    const log = createMemoryEventLog({ now, random: Math.random, fault })
    const pushers = objects.map((object) => new Pusher(log, 'client-a', object))
    for (const pusher of pushers) await pusher.join()
    const first = new Pusher(log, 'client-a', 'first' as ObjectId)
    await first.join()
    const pushing = first.push(makeEvents('a', 1, 1))
    const group = Promise.all(pushers.map((pusher) => pusher.push(makeEvents('a', 1, 2))))
    await pushing
    return { log, pushers, verdicts: await group }
  }

  const seqs = (log: MemoryEventLog): Promise<number[]> =>
    Promise.all(objects.map(async (object) => (await readPage(log, object, 0))?.events.length ?? 0))

  it('[LOG17] is tried again for each object alone', async () => {
    const { log, verdicts } = await pushGroup((group) => (group.length > 1 ? 'abort' : undefined))
    expect(verdicts.map(({ appended }) => appended?.seq)).toEqual([1, 1, 1])
    expect(await seqs(log)).toEqual([2, 2, 2])
  })

  it('[LOG17] fails for the object that fails alone, and for no other', async () => {
    let isBroken = true
    const { log, pushers, verdicts } = await pushGroup((group) =>
      isBroken && group.includes('two' as ObjectId) ? 'abort' : undefined,
    )
    expect(verdicts.map(({ failure }) => failure?.code)).toEqual([
      undefined,
      'LOG_FAILED',
      undefined,
    ])
    expect(verdicts[1]?.failure?.retryAfterMs).toBeGreaterThan(0)
    expect(await seqs(log)).toEqual([2, 0, 2])

    isBroken = false
    const two = pushers[1]!
    two.prev = {}
    expect((await two.push(makeEvents('a', 1, 2))).failure?.code).toBe('STALE_ROUND')
    two.prev = {}
    two.round = 1
    expect((await two.push(makeEvents('a', 1, 2))).appended?.seq).toBe(1)
  })

  it('[LOG17] bounces what was judged upon it', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const fault = async (): Promise<CommitFault> => gate.then(() => 'abort')
    const log = createMemoryEventLog({ now, random: Math.random, fault })
    const a = new Pusher(log)
    await a.join()
    const pushes = [1, 2, 3].map((n) => a.push(makeEvents('a', n, 1)))
    const joining = a.join()
    release()
    const codes = (await Promise.all(pushes)).map(({ failure }) => failure?.code)
    expect(codes).toEqual(['LOG_FAILED', 'LOG_FAILED', 'LOG_FAILED'])
    expect((await joining).head).toBe(0)
  })

  it('[LOG18] with an unknown outcome is looked up: it was stored', async () => {
    const { log, verdicts } = await pushGroup((group) => (group.length > 1 ? 'unknown' : undefined))
    expect(verdicts.map(({ appended }) => appended?.events.length)).toEqual([2, 2, 2])
    expect(await seqs(log)).toEqual([2, 2, 2])
  })

  it('[LOG18] with an unknown outcome is looked up: it was not stored', async () => {
    const { log, verdicts } = await pushGroup((group) => (group.length > 1 ? 'lost' : undefined))
    expect(verdicts.map(({ appended }) => appended?.events.length)).toEqual([2, 2, 2])
    expect(await seqs(log)).toEqual([2, 2, 2])
  })

  it('[LOG18] answers a push that comes again after an unknown outcome as accepted', async () => {
    const { pushers, verdicts } = await pushGroup(() => 'unknown')
    expect(verdicts.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined])
    expect(await pushers[0]!.push(makeEvents('a', 1, 2))).toEqual({})
  })
})

describe('a memory log', () => {
  it('is the same for the same calls', async () => {
    const run = async () => {
      let seed = 0
      const log = createMemoryEventLog({ now, random: () => (seed += 0.001) })
      const a = new Pusher(log)
      await a.join()
      await a.push(makeEvents('a', 1, 3))
      return [...log.snapshot()]
    }
    expect(await run()).toEqual(await run())
  })
})
