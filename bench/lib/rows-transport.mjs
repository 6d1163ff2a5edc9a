/**
 * A server in this page that has `count` rows in one object: sends them page by page, two ahead of
 * the client, and then whatever entries `send` is given.
 */
import { formatStamp, packStatePage } from '@react-collab/core'

const replica = 'bench000'
const stampOf = (n) => formatStamp({ ms: 1_700_000_000_000 + n, counter: 0, replica })
/** As many as the product's server sends at a time, of rows of this size. */
const pageRows = 1000

export function rowsTransport({ count, keyOf, valuesOf }) {
  const seqs = { head: count }
  let events
  let object
  let page = 0
  const pages = Math.ceil(count / pageRows)

  async function sendPages(upTo) {
    while (page < Math.min(upTo, pages)) {
      page += 1
      // In a task of its own: what the server does is not the client's.
      await nextTask()
      const message = pageAt(page)
      await nextTask()
      events.message('state', message)
    }
  }

  function pageAt(page) {
    const first = (page - 1) * pageRows
    const length = Math.min(pageRows, count - first)
    const rows = Array.from({ length }, (_, i) => rowAt(first + i))
    const at = first + length
    const place = { term: 't', at, key: keyOf(at - 1) }
    const end = page === pages ? { end: { seq: count, vv: { [replica]: count } } } : {}
    // Through JSON, as over a line: nothing is shared with the client.
    return JSON.parse(
      JSON.stringify({ object, term: 't', page, rows: packStatePage(rows), place, ...end }),
    )
  }

  function rowAt(i) {
    const values = valuesOf(i)
    const stamp = stampOf(i)
    return [
      keyOf(i),
      { values, stamps: Object.fromEntries(Object.keys(values).map((field) => [field, stamp])) },
    ]
  }

  let sending = Promise.resolve()
  const answers = {
    join(message, ack) {
      object = message.object
      page = 0
      const isNew = message.cursor === undefined
      // What earlier pages sent is in the log.
      seqs.head = Math.max(count, message.cursor?.seq ?? 0)
      ack([null, joinedAt(seqs.head, isNew ? count : undefined)])
      if (isNew) sending = sending.then(() => sendPages(2))
    },
    seen(message) {
      const seen = message.page
      if (seen !== undefined) sending = sending.then(() => sendPages(seen + 2))
    },
  }

  return {
    /** Sends entries of one field each, as the server does: 500 at a time. */
    send(changes) {
      for (let from = 0; from < changes.length; from += 500) {
        const part = changes.slice(from, from + 500).map(([key, field, value]) => {
          seqs.head += 1
          return [seqs.head, stampOf(seqs.head), [['=', key, field, value]]]
        })
        events.message('entries', {
          object,
          term: 't',
          seq: seqs.head - part.length + 1,
          events: part,
        })
      }
      return seqs.head
    },
    open(_hello, told) {
      events = told
      queueMicrotask(() => {
        told.up()
        told.message('welcome', welcome())
      })
      return {
        close: () => undefined,
        emit: (event, message, ack) => answers[event]?.(message, ack),
      }
    },
  }
}

const nextTask = () => new Promise((resolve) => setTimeout(resolve, 0))

const welcome = () => ({
  protocol: 5,
  now: Date.now(),
  generation: 'g',
  principal: 'bench',
  heartbeatMs: 5000,
  pushBytes: 262_144,
})

const joinedAt = (head, state) => ({
  session: 1,
  term: 't',
  head,
  now: Date.now(),
  reset: false,
  vv: {},
  hashes: {},
  ...(state === undefined ? {} : { state }),
})
