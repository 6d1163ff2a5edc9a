/** Hand-made events of rows that are somebody else's: each is refused by name, and disturbs nobody. */
import { defineSchema, derived, local, object, owned, shared, value } from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Client,
  type Loopback,
  makeEvent,
  reported,
  startServer,
} from './loopback.contract.js'

const schema = defineSchema({
  library: object({
    title: value<string>(),
    files: owned({ path: value<string>() }, { by: 'client' }),
    diaries: owned({ text: value<string>() }, { by: 'principal' }),
    tags: shared({ name: value<string>() }),
    drafts: local({ text: value<string>() }),
    byPath: derived('files', {
      key: (file: { path?: string }) => file.path,
      reduce: (files) => ({ count: files.length }),
    }),
  }),
})
const owners = (name: string) => ({
  owners: { client: `${name}-browser`, principal: `${name}-person` },
})

let loopback: Loopback
let bad: Client
let good: Client
let round = 0

async function begin(options: object): Promise<void> {
  loopback = await startServer(options)
  bad = loopback.connect(owners('eve'))
  good = loopback.connect(owners('ann'))
  await Promise.all([bad.join(), good.join()])
  round = 0
}

/** Whatever was sent, others are served. */
afterEach(async () => {
  const witness = loopback.connect()
  await witness.join('elsewhere')
  await witness.write(1, 'elsewhere')
  await witness.until(1, 'elsewhere')
  expect(reported).toEqual([])
})

const set = (row: string, field = 'path', to: unknown = 'x'): unknown => ['=', row, field, to]
const made = (row: string): unknown[] => [set(row), set(row, '$del', false)]

/** What a push of one event with these patches is refused for. */
async function refusal(...patches: readonly unknown[]): Promise<string | undefined> {
  const [n, stamp] = makeEvent(bad.replica, 1)
  const [failure] = await bad.ask('push', bad.pushOf([[n, stamp, patches]], { round: round++ }))
  return failure?.refused?.[0]?.code
}

describe('with a schema', () => {
  beforeEach(() => begin({ schema }))

  it('[OWN3] 64: a replica of another client is taken', async () => {
    await good.write(1)
    const stolen = makeEvent(good.replica, 2, 'stolen')
    const [failure] = await bad.ask('push', bad.pushOf([stolen], { prev: { [good.replica]: 1 } }))
    expect(failure?.refused?.[0]?.code).toBe('REPLICA_TAKEN')
  })

  it('[OWN3] 66: a row made in the name of another is forged', async () => {
    expect(await refusal(...made('files/ann-browser~1'))).toBe('FORGED_OWNER')
    expect(await refusal(...made('diaries/ann-person~1'))).toBe('FORGED_OWNER')
    // One's own id, but not as what owns here.
    expect(await refusal(...made('files/eve-person~1'))).toBe('FORGED_OWNER')
  })

  it('[OWN3] 67: the owner is in the key: what is written into a field says nothing', async () => {
    expect(await refusal(set('files/ann-browser~1', 'owner', 'eve-browser'))).toBe('NOT_OWNER')
  })

  it('[OWN3] 68: a row of another is neither changed nor deleted nor restored', async () => {
    const row = 'files/ann-browser~1'
    expect(await refusal(set(row))).toBe('NOT_OWNER')
    expect(await refusal(['x', row, 'path'])).toBe('NOT_OWNER')
    expect(await refusal(['+', row, 'n', 1])).toBe('NOT_OWNER')
    expect(await refusal(['~', row, 'text', [[1, 0, 1, 0, 'a']], []])).toBe('NOT_OWNER')
    expect(await refusal(set(row, '$del', true))).toBe('NOT_OWNER')
    expect(await refusal(set(row, '$del', false))).toBe('NOT_OWNER')
  })

  it('[OWN3] 69: a row of an owner is no row without, and the other way round', async () => {
    expect(await refusal(...made('files/1'))).toBe('ROW_KIND_CONFLICT')
    expect(await refusal(...made('tags/eve-browser~1'))).toBe('ROW_KIND_CONFLICT')
    expect(await refusal(...made('drafts/1'))).toBe('ROW_KIND_CONFLICT')
  })

  it('[DER3] a row that every device derives for itself is written by nobody', async () => {
    expect(await refusal(...made('byPath/a'))).toBe('ROW_KIND_CONFLICT')
    expect(await refusal(set('byPath/eve-browser~a', 'count', 1))).toBe('ROW_KIND_CONFLICT')
  })

  it('[OWN4] 70: one row of another refuses its event whole, and no other', async () => {
    const patches = [
      ...made('files/eve-browser~1'),
      set('tags/1', 'name'),
      set('files/ann-browser~2'),
    ]
    const events = [
      makeEvent(bad.replica, 1),
      [2, makeEvent(bad.replica, 2)[1], patches],
      makeEvent(bad.replica, 3),
    ]
    const [failure] = await bad.ask('push', bad.pushOf(events, {}))
    expect(failure).toMatchObject({ code: 'NOT_OWNER', taken: 1, refused: [{ index: 1 }] })
    expect(failure?.refused).toHaveLength(1)
    const prev = { [bad.replica]: 1 }
    const rest = bad.pushOf([makeEvent(bad.replica, 3)], { round: 1, prev })
    expect(await bad.ask('push', rest)).toEqual([null, {}])
  })
})

describe('without a schema', () => {
  beforeEach(() => begin({}))

  it('[OWN3] the shape of the key alone decides', async () => {
    expect(await refusal(...made('anything/ann-person~1'))).toBe('FORGED_OWNER')
    expect(await refusal(set('anything/ann-person~1'))).toBe('NOT_OWNER')
    expect(await refusal(['=', 'anything/eve-person~1', '$nothing', 1])).toBe('RESERVED_NAME')
  })
})

it('[OWN2] a session is told whose rows it may write', async () => {
  await begin({ schema })
  const welcome = await bad.opened
  expect(welcome.owners).toEqual({ client: ['eve-browser'], principal: ['eve-person'] })
})
