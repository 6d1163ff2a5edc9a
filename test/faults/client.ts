/** A client in a process of its own: writes without end and reports what it was promised. */
import { canonicalState } from '@react-collab/core'
import { createClient, type Written } from 'react-collab'
import { openFileStore } from 'react-collab/node'
import { createRandom } from '../simulation/random.js'
import { makeEdit, objects } from './edits.js'
import type { ClientOrder, ClientReport, ClientStart } from './reports.js'

const start = JSON.parse(process.argv[2] ?? '') as ClientStart
const random = createRandom(start.seed)
const client = createClient({ url: start.url, store: openFileStore(start.file) })
const opened = objects.map((id) => client.open(id).object)
let isWriting = start.paceMs > 0
let made = 0

const tell = (report: ClientReport): void => void process.send?.(report)

function fail(error: unknown): void {
  tell({ type: 'trouble', text: error instanceof Error ? String(error.stack) : String(error) })
}

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
// A parent that is gone has no use for this process.
process.on('disconnect', () => process.exit(1))
process.on('message', (order: ClientOrder) => {
  obey(order).catch(fail)
})

async function obey(order: ClientOrder): Promise<void> {
  if (order === 'rest') isWriting = false
  else if (order === 'stand') tellStanding()
  else if (order === 'tell') tellHoldings()
  else {
    await client.close()
    process.exit(0)
  }
}

function tellStanding(): void {
  const { state, unsent, error } = client.status
  if (state === 'failed') fail(`${error?.code}: ${error?.message}`)
  tell({
    type: 'standing',
    state,
    unsent,
    online: client.connection.status === 'online',
    seqs: opened.map(({ replica }) => replica.cursor?.seq ?? 0),
  })
}

function tellHoldings(): void {
  tell({
    type: 'holdings',
    states: opened.map(({ replica }) => canonicalState(replica.visible.confirmed)),
    rejected: client.outbox.rejected,
  })
}

/** Makes one edit, and reports each promise in the turn in which it is kept. */
function edit(): Written {
  const name = `${start.client}.${start.life}.${++made}`
  const object = random.pick(opened)
  const kind = random.chance(0.02) ? 'refused' : random.chance(0.5) ? 'add' : 'touch'
  const written = makeEdit(object, name, { kind, row: `common-${random.below(20)}` })
  const refusal = kind === 'refused'
  written.local.then(() => tell({ type: 'local', object: object.id, name }), fail)
  written.server.then(
    (seq) => tell({ type: 'server', object: object.id, name, seq }),
    (error: unknown) => refusal || fail(error),
  )
  return written
}

/** Bursts of edits; some wait for the disk, most do not. */
async function write(): Promise<void> {
  while (isWriting) {
    let last: Written | undefined
    for (let left = 1 + random.below(8); left > 0; left--) last = edit()
    if (random.chance(0.3)) await last?.local
    await new Promise((resolve) => setTimeout(resolve, random.below(2 * start.paceMs)))
  }
}

Promise.all(opened.map((object) => object.loaded))
  .then(write)
  .catch(fail)
