// @vitest-environment node
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashText, type ObjectId, type Stamp, type StorageError } from '@react-collab/core'
import { build } from 'vite'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LocalStore, Write } from '../store/store.js'
import { openFileStore } from './index.js'

const object = 'obj' as ObjectId
const folder = await mkdtemp(join(tmpdir(), 'store-'))
let files = 0
const newPath = (): string => join(folder, `file ${++files}`)

const write = (n: number): Write => {
  const stamp = `${String(n).padStart(12, '0')}aaaaaaaa` as Stamp
  const event = [n, stamp, [['=', 'c/1', 'n', `${n} ü`.repeat(9)]]] as unknown as [
    number,
    Stamp,
    [],
  ]
  return { object, slot: 0, counter: { n, stamp }, row: { object, events: [event], at: n } }
}

const numbersOf = async (store: LocalStore): Promise<number[]> =>
  (await store.pending(object)).flatMap(({ events }) => events.map(([n]) => n))

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: StorageError) => error.code,
  )

/** Appends 1, 2, 3 … four at a time and says what is acknowledged; ends with its input. */
const childCode = `
import { openFileStore } from './store.js'
const [path, from] = process.argv.slice(2)
const stamp = (n) => String(n).padStart(12, '0') + 'aaaaaaaa'
const store = await openFileStore(path, {
  compactBytes: 30000,
  onTrouble: (trouble) => process.stdout.write('trouble ' + (trouble?.code ?? 'none') + '\\n'),
})
let n = Number(from)
const one = async () => {
  const own = ++n
  const event = [own, stamp(own), [['=', 'c/1', 'n', 'x'.repeat(50)]]]
  await store.append([{ object: 'obj', slot: 0, counter: { n: own, stamp: stamp(own) },
    row: { object: 'obj', events: [event], at: own } }])
  process.stdout.write(own + '\\n')
}
process.stdin.on('data', () => {}).on('end', () => process.exit())
const loop = async () => { for (;;) await one() }
for (let i = 0; i < 4; i++) loop().catch((error) => process.stdout.write('refused ' + error.code + '\\n'))
process.stdout.write('open\\n')
`

const bundle = join(folder, 'bundle')

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('.', import.meta.url)),
    ssr: { noExternal: true, resolve: { conditions: ['source'] } },
    build: {
      ssr: fileURLToPath(new URL('index.ts', import.meta.url)),
      outDir: bundle,
      rolldownOptions: { output: { entryFileNames: 'store.js' } },
    },
  })
  await writeFile(join(bundle, 'child.js'), childCode)
  await writeFile(join(bundle, 'package.json'), '{ "type": "module" }')
}, 30_000)

interface Child {
  readonly process: ChildProcess
  readonly lines: string[]
  /** Resolves when `count` lines have come. */
  heard(count: number): Promise<void>
}

function start(path: string, from: number, shell?: string): Child {
  const args = [join(bundle, 'child.js'), path, String(from)]
  const child = shell
    ? spawn('bash', ['-c', `${shell}; exec "$0" "$@"`, process.execPath, ...args])
    : spawn(process.execPath, args)
  const lines: string[] = []
  let rest = ''
  let wake = (): void => undefined
  child.stdout.on('data', (data: Buffer) => {
    const parts = (rest + data.toString()).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    wake()
  })
  child.once('close', () => wake())
  return {
    process: child,
    lines,
    async heard(count) {
      while (lines.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        if (child.exitCode !== null && lines.length < count) throw new Error('the child ended')
      }
    },
  }
}

async function killed(child: Child): Promise<void> {
  child.process.kill('SIGKILL')
  await once(child.process, 'close')
}

describe('a file under faults', () => {
  it('[DISK15] has every acknowledged transaction after each of 20 kills', async () => {
    const path = newPath()
    let last = 0
    for (let i = 0; i < 20; i++) {
      const child = start(path, last)
      await child.heard(2 + ((i * 37) % 90))
      await killed(child)
      const acked = child.lines.filter((line) => /^\d+$/.test(line)).map(Number)
      const store = await openFileStore(path)
      const stored = new Set(await numbersOf(store))
      expect(acked.filter((n) => !stored.has(n))).toEqual([])
      last = Math.max(last, ...stored)
      await store.close()
    }
    expect(last).toBeGreaterThan(300)
  }, 60_000)

  it('[DISK15] refuses a file that is open, here or in another process, until that one dies', async () => {
    const path = newPath()
    const store = await openFileStore(path)
    expect(await codeOf(openFileStore(path))).toBe('BLOCKED')
    await store.close()
    const child = start(path, 0)
    await child.heard(1)
    expect(await codeOf(openFileStore(path))).toBe('BLOCKED')
    await killed(child)
    await (await openFileStore(path)).close()
  })

  it('[DISK15] takes a lock over whose process has ended and whose pid is another now', async () => {
    const path = newPath()
    for (const stale of [`${process.pid} another boot 1`, '999999999 a 1', 'nonsense', '']) {
      await writeFile(`${path}.lock`, stale)
      await (await openFileStore(path)).close()
    }
  })

  it('[DISK16] cuts a torn tail at the last whole transaction, wherever it was torn', async () => {
    const path = newPath()
    const store = await openFileStore(path)
    const sizes: number[] = []
    for (let n = 1; n <= 4; n++) {
      sizes.push((await readFile(path)).length)
      await store.append([write(n)])
    }
    await store.close()
    const bytes = await readFile(path)
    sizes.push(bytes.length)
    for (let length = sizes[2]!; length <= bytes.length; length++) {
      await writeFile(path, bytes.subarray(0, length))
      const torn = await openFileStore(path)
      const whole = sizes.findLastIndex((size) => size <= length)
      expect(await numbersOf(torn)).toEqual([1, 2, 3, 4].slice(0, whole))
      expect(await torn.append([write(9)])).toEqual([whole + 1])
      await torn.close()
      const again = await openFileStore(path)
      expect(await numbersOf(again)).toEqual([...[1, 2, 3, 4].slice(0, whole), 9])
      await again.close()
    }
  }, 30_000)

  it('[DISK16] cuts a tail of any garbage, also one with a good line behind it', async () => {
    const path = newPath()
    const store = await openFileStore(path)
    await store.append([write(1)])
    await Promise.all([2, 3, 4].map((n) => store.append([write(n)])))
    await store.close()
    const bytes = await readFile(path)
    // 3 and 4 came while 2 was synced: of one group, the medium may have taken the second alone.
    const third = bytes.indexOf('"3 ')
    bytes.fill(0, third, third + 20)
    await writeFile(path, bytes)
    const torn = await openFileStore(path)
    expect(await numbersOf(torn)).toEqual([1, 2])
    await torn.close()
  })

  it('[DISK16] reports damage to what was safe, and leaves the file as it is', async () => {
    const path = newPath()
    const store = await openFileStore(path)
    for (let n = 1; n <= 4; n++) await store.append([write(n)])
    await store.close()
    const bytes = await readFile(path)
    const middle = bytes.indexOf('\n', 100) + 60
    for (const at of [0, 20, middle]) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 1
      await writeFile(path, damaged)
      const says =
        at === middle ? /is damaged at byte \d+: put a copy/ : /is not the file of a store/
      const error = await openFileStore(path).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'CORRUPT', message: expect.stringMatching(says) })
      expect((error as Error).message).toContain(`CORRUPT: ${path} is`)
      expect(await readFile(path)).toEqual(damaged)
    }
  })

  it('[DISK16] refuses files of others and of newer versions', async () => {
    const path = newPath()
    const line = JSON.stringify(['react-collab store', 2])
    await writeFile(path, `${hashText(line)} ${line}\nwhatever`)
    expect(await codeOf(openFileStore(path))).toBe('STORE_TOO_NEW')
    await writeFile(path, 'my diary\n')
    expect(await codeOf(openFileStore(path))).toBe('CORRUPT')
    expect(await readFile(path, 'utf8')).toBe('my diary\n')
    expect(await codeOf(openFileStore(join(folder, 'none', 'x')))).toBe('STORE_FAILED')
  })

  it('[DISK17] stays small: a file well beyond its content is rewritten', async () => {
    const path = newPath()
    const store = await openFileStore(path, { compactBytes: 10_000 })
    await store.identity(() => 'id')
    const lead = await store.lead()
    for (let n = 1; n <= 300; n++) {
      await store.append([write(n)])
      const batch = { term: 't', seq: n, events: write(n).row!.events }
      await store.confirm(lead, object, [batch], [n], 0)
      if (n % 20 !== 0) continue
      const { state, cursor } = await store.load(object)
      await store.checkpoint(lead, object, state, cursor!, n * 86_400_000)
    }
    await store.append([write(301)])
    await store.close()
    // With what was sent of late; without rewriting it would be several times that.
    expect((await readFile(path)).length).toBeLessThan(90_000)
    const again = await openFileStore(path)
    expect(await numbersOf(again)).toEqual([301])
    expect((await again.load(object)).cursor?.seq).toBe(300)
    await again.close()
  })

  it('[ACC5] what is erased leaves no trace in the file', async () => {
    const path = newPath()
    const store = await openFileStore(path)
    await store.append([write(1)])
    expect(await readFile(path, 'utf8')).toContain(object)
    await store.erase(true)
    expect(await readFile(path, 'utf8')).not.toContain(object)
    await store.close()
  })

  it('[DISK18] a full disk rejects, has a name, and what was acknowledged stays', async () => {
    const path = newPath()
    // 20 blocks of 1,024 bytes for any file that this process writes.
    const child = start(path, 0, 'ulimit -f 20')
    await child.heard(20)
    while (child.lines.filter((line) => line.startsWith('refused')).length < 4) {
      await child.heard(child.lines.length + 1)
    }
    await killed(child)
    expect(child.lines).toContain('trouble QUOTA')
    expect(child.lines).toContain('refused QUOTA')
    const acked = child.lines.filter((line) => /^\d+$/.test(line)).map(Number)
    const store = await openFileStore(path)
    const stored = await numbersOf(store)
    expect(acked.length).toBeGreaterThan(20)
    expect(acked.filter((n) => !stored.includes(n))).toEqual([])
    expect(await codeOf(store.append([write(999)]))).toBe('no error')
    await store.close()
  })
})
