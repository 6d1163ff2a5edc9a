/**
 * What property tests are fed with: every arbitrary leans towards the awkward.
 *
 * fast-check prints the seed and the path of a failure; give both to `fc.assert` to see it again.
 */
import fc from 'fast-check'
import { createClock } from '../clock.js'
import type { Event, Patch } from '../event.js'
import type { Json, Value } from '../json.js'
import { type ObjectId, ROOT, type RowKey, rowKey, TOMBSTONE } from '../names.js'
import { formatStamp, MAX_COUNTER, MAX_MS, type Replica, type Stamp } from '../stamp.js'

type Arbitrary<T> = fc.Arbitrary<T>

const digits = [...'0123456789abcdefghijklmnopqrstuvwxyz']
const word = fc.constantFrom(...'ABCXYZabcxyz0129_-')

/** Names of writers. */
export const replicas: Arbitrary<Replica> = fc
  .string({ unit: fc.constantFrom(...digits), minLength: 8, maxLength: 8 })
  .map((text) => text as Replica)

/** Milliseconds that a stamp can hold: its ends, today, 2038, and the rest. */
export const stampMs: Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 2 ** 31 * 1000 - 1, 2 ** 31 * 1000, MAX_MS - 1, MAX_MS),
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_005 }),
  fc.integer({ min: 0, max: MAX_MS }),
)

const counters = fc.oneof(
  fc.constantFrom(0, 1, 35, 36, MAX_COUNTER - 1, MAX_COUNTER),
  fc.nat(MAX_COUNTER),
)

/** Stamps over the whole range. */
export const stamps: Arbitrary<Stamp> = fc
  .record({ ms: stampMs, counter: counters, replica: replicas })
  .map(formatStamp)

/** Stamps of a small pool, so that the same one comes twice. */
export const fewStamps: Arbitrary<Stamp> = fc
  .record({
    ms: fc.integer({ min: 1, max: 3 }),
    counter: fc.nat(1),
    replica: fc.constantFrom('aaaaaaaa' as Replica, 'bbbbbbbb' as Replica),
  })
  .map(formatStamp)

/** Words that an object inherits, that Socket.IO or Promises look for, or that mark bytes. */
const trickyKeys = fc.oneof(
  fc.constantFrom('toString', 'hasOwnProperty', 'valueOf', 'toJSON', 'then', 'constructor'),
  fc.constantFrom('$bytes', '$$bytes', '$$$bytes', '_placeholder', 'num', 'length'),
  fc.constantFrom('', '0', '1', 'id', '\u0000'),
)

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), trickyKeys)

const numbers = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n) || Math.abs(n) >= 1e21)
  .map((n) => (n === 0 ? 0 : n))

const scalars: Arbitrary<null | boolean | number | string> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  numbers,
  texts,
)

const keys = texts.filter((key) => key !== '__proto__')

/** JSON that an app may write and that holds no bytes. */
export const jsons: Arbitrary<Json> = fc.letrec<{ node: Json }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(keys, tie('node'), { maxKeys: 4 }),
  ),
})).node

/** Values that an app may write. */
export const values: Arbitrary<Value> = fc.letrec<{ node: Value }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    fc.uint8Array({ maxLength: 9 }),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(keys, tie('node'), { maxKeys: 4 }),
  ),
})).node

/** Names of collections, rows and owners: any script, separators, percent signs, prefixes. */
export const names: Arbitrary<string> = fc
  .oneof(
    fc.constantFrom('a', 'aa', 'a/b', 'a~b', 'a%2Fb', '%7E', '~', '/', '%', ':', '.', '..', ' '),
    fc.constantFrom('toString', 'valueOf', "it's", '(x)*!', 'é', 'e\u0301', '😀', '\u200b'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  )
  // oxlint-disable-next-line no-control-regex -- no name has them
  .filter((name) => !/[\u0000-\u001f\u007f]|^(?:__proto__|constructor|prototype)$/.test(name))

/** Names of an app's own fields. */
export const fields: Arbitrary<string> = names.filter((name) => !name.startsWith('$'))

/** Names of objects. */
export const objectIds: Arbitrary<ObjectId> = fc
  .string({ unit: word, minLength: 1, maxLength: 128 })
  .filter((id) => id !== '__proto__')
  .map((id) => id as ObjectId)

/** Keys of rows, the root row among them. */
export const rowKeys: Arbitrary<RowKey> = fc.oneof(
  fc.constant(ROOT),
  fc
    .tuple(names, names, fc.option(names, { nil: undefined }))
    .map(([collection, id, owner]) => rowKey(collection, id, owner)),
)

/** What may be added to a counter. */
const counts = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: 1 - 2 ** 52, max: 2 ** 52 - 1 }),
)

/** Patches of any row and field. */
export const patches: Arbitrary<Patch> = fc.oneof(
  fc.tuple(fc.constant('=' as const), rowKeys, fields, jsons),
  fc.tuple(fc.constant('x' as const), rowKeys, fields),
  fc.tuple(fc.constant('=' as const), rowKeys, fc.constant(TOMBSTONE), fc.boolean()),
  fc.tuple(fc.constant('+' as const), rowKeys, fields, counts),
)

const distinct = (list: Arbitrary<Patch>, maxLength: number): Arbitrary<Patch[]> =>
  fc.uniqueArray(list, {
    minLength: 1,
    maxLength,
    selector: ([, row, field]) => JSON.stringify([row, field]),
  })

/** Events as an edit makes them. */
export const events: Arbitrary<Event> = fc.tuple(
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  stamps,
  distinct(patches, 4),
)

const fewRows = [ROOT, rowKey('todos', 'a'), rowKey('todos', 'aa'), rowKey('files', 'x', 'me')]

/** Writes of few registers, so that they meet. */
export const fewPatches: Arbitrary<Patch> = fc.oneof(
  fc.tuple(
    fc.constant('=' as const),
    fc.constantFrom(...fewRows),
    fc.constantFrom('title', 'done'),
    fc.oneof(fc.nat(3), jsons),
  ),
  fc.tuple(fc.constant('x' as const), fc.constantFrom(...fewRows), fc.constant('title')),
  fc.tuple(
    fc.constant('=' as const),
    fc.constantFrom(...fewRows),
    fc.constant(TOMBSTONE),
    fc.boolean(),
  ),
)

/** Changes of few fields, counters among them. */
const fewChanges: Arbitrary<Patch> = fc.oneof(
  { weight: 3, arbitrary: fewPatches },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('+' as const),
      fc.constantFrom(...fewRows),
      fc.constantFrom('title', 'likes'),
      counts,
    ),
  },
)

/** What one of several replicas does in a history. */
interface Step {
  readonly writer: number
  readonly wallMs: number
  readonly patches: readonly Patch[]
  readonly hears: boolean
}

const historyReplicas = ['aaaaaaaa', 'mmmmmmmm', 'zzzzzzzz'] as Replica[]

/**
 * What three replicas wrote, as one list of events per replica by rising number. Their wall clocks
 * are wrong and step back; at times one hears of all that was written before.
 */
export const histories: Arbitrary<readonly (readonly Event[])[]> = fc
  .array(
    fc.record<Step>({
      writer: fc.nat(historyReplicas.length - 1),
      wallMs: fc.integer({ min: 1_000, max: 1_010 }),
      patches: distinct(fewChanges, 3),
      hears: fc.boolean(),
    }),
    { maxLength: 24 },
  )
  .map(play)

function play(steps: readonly Step[]): Event[][] {
  let wallMs = 0
  const clocks = historyReplicas.map((replica) => createClock(replica, () => wallMs))
  const written: Event[][] = historyReplicas.map(() => [])
  for (const step of steps) {
    wallMs = step.wallMs
    const clock = clocks[step.writer]
    const own = written[step.writer]
    if (step.hears) for (const event of written.flat()) clock?.see(event[1])
    if (clock !== undefined) own?.push([own.length + 1, clock.tick(), step.patches])
  }
  return written
}

/**
 * Weaves the lists of a history into one, some events twice. Each replica's events keep their
 * order, as in the log; `picks` decides the rest.
 */
export function weave(history: readonly (readonly Event[])[], picks: readonly number[]): Event[] {
  const left = history.map((events) => [...events])
  const woven: Event[] = []
  for (let i = 0; left.some((events) => events.length > 0); i++) {
    const pick = picks[i % picks.length] ?? 0
    const open = left.filter((events) => events.length > 0)
    const event = open[pick % open.length]?.shift()
    if (event !== undefined) woven.push(event)
    // Now and then, something that came before comes again.
    const again = pick % 5 === 0 ? woven[pick % woven.length] : undefined
    if (again !== undefined) woven.push(again)
  }
  return woven
}

/** Decisions for `weave`. */
export const picks: Arbitrary<readonly number[]> = fc.array(fc.nat(1_000), {
  minLength: 1,
  maxLength: 30,
})
