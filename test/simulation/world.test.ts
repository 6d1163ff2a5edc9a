import { describe, expect, it, vi } from 'vitest'
import { createRealMedia } from './real-media.js'
import { sabotages } from './sabotage.js'
import { run } from './world.js'

/** Seeds that once failed, and what they found then. */
const SEEDS: [number, string][] = [
  [105, 'an edit that waited for the disk failed when its outbox was stamped anew'],
  [140, 'a tab that slept took entries of another term for those that it had'],
  [143, 'a disk without a copy took itself for one, by a row of which the first edits were seen'],
  [228, 'edits of a tab that died as they were saved were not sent'],
  [210, 'edits waited for ever for a server whose clock had been wrong'],
  [334, 'a tab that was reading as an edit was refused went on to show it'],
  [375, 'a tab lost the lead to itself, again and again'],
  [446, 'a third copy sent again what the log had, but had forgotten the hashes of'],
  [590, 'a disk without a copy took itself for one, by a row of which the first edits were seen'],
  [929, 'edits of a tab that died as they were saved were not sent'],
  [1767, 'an edit got the stamp of another one that was stamped anew, and was skipped'],
  [2292, 'edits that the state on disk held already waited for ever'],
  [2310, 'a tab that slept while an edit was refused and retried went on to show it'],
  [2479, 'edits that the state on disk held already waited for ever'],
  [4659, 'edits that a repair found on disk were not sent'],
  [5678, 'rows in memory were those of another log, and their stamps held a stream for ever'],
  [6191, 'a copy sent again what the log had forgotten the hashes of'],
  [6753, 'a window went on to show a row that another one had let go'],
  [71357, 'a row that a restored log had lost was taken for one that had been let go of'],
]

/** Each rule, and the first seed that notices when it is broken. */
const RULES: [string, number][] = [
  ['R1', 2],
  ['R2', 3],
  ['R3', 2],
  ['R4', 2],
  ['R5', 1],
  ['R6', 2],
  ['R7', 1],
  ['R8', 26],
  ['R9', 2],
  ['R12', 3],
  ['R13', 26],
  ['R14', 23],
  ['R15', 27],
]

// A machine may be busy.
vi.setConfig({ testTimeout: 120_000 })

/** Runs a seed and keeps what happened, line by line. */
async function traced(seed: number): Promise<{ result: unknown; lines: string[] }> {
  const lines: string[] = []
  const result = await run({ seed, trace: (line) => lines.push(line) })
  return { result, lines }
}

it('[SIM1] the same seed gives the same run', async () => {
  for (const seed of [3, 47]) {
    const first = await traced(seed)
    expect(first.lines.length).toBeGreaterThan(50)
    expect(await traced(seed)).toEqual(first)
  }
})

it('[SIM1] another seed gives another run', async () => {
  expect((await traced(3)).lines).not.toEqual((await traced(4)).lines)
})

describe('[SIM2] seeds that found something are run forever', () => {
  it.each(SEEDS)('seed %i: %s', async (seed) => {
    expect((await run({ seed })).complaints).toEqual([])
  })
})

describe('[WIN20] in whole systems a windowed collection is on disk and on screen what a plain one would be', () => {
  it.each([8, 13, 33, 103])('seed %i', async (seed) => {
    const lines: string[] = []
    const { complaints } = await run({ seed, trace: (line) => lines.push(line) })
    expect(lines.filter((line) => / writes [1-9]\d* people in /.test(line)).length).toBeGreaterThan(
      5,
    )
    expect(complaints).toEqual([])
  })
})

describe('[SIM3] a broken rule is noticed', () => {
  it.each(RULES)('%s, at seed %i or soon after', async (rule, first) => {
    const sabotage = sabotages[rule]!
    const noticed: number[] = []
    for (let seed = first; noticed.length === 0 && seed < first + 60; seed++) {
      if ((await run({ seed, sabotage })).complaints.length > 0) noticed.push(seed)
    }
    expect(noticed).toHaveLength(1)
  })

  it('and each of them is one that is told of', () => {
    expect(Object.keys(sabotages)).toEqual([
      'R1',
      'R2',
      'R3',
      'R4',
      'R5',
      'R6',
      'R7',
      'R8',
      'R9',
      'R12',
      'R13',
      'R14',
      'R15',
    ])
  })
})

it('[SIM2, FORK1, FORK3, FORK7] disks are copied and put back while everything goes on', async () => {
  let forks = 0
  for (let seed = 2; seed < 90; seed += 3) {
    const result = await run({ seed })
    expect(result.complaints, `seed ${seed}`).toEqual([])
    forks += result.forks
  }
  expect(forks).toBeGreaterThan(10)
})

describe('[SIM4] on real disks: SQLite, IndexedDB and files', () => {
  it.each([1, 2, 3, 4, 5, 6])('seed %i', async (seed) => {
    const result = await run({ seed, media: createRealMedia() })
    expect(result.complaints).toEqual([])
    expect(result.logged).toBeGreaterThan(0)
  })
})
