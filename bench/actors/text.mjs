/** Work on one text of one library. */
import { clock } from '../lib/stats.mjs'
import { readConcurrentTrace, readTrace } from '../lib/traces.mjs'
import { JsonJoyText } from '../systems/text-json-joy.mjs'
import { LoroText } from '../systems/text-loro.mjs'
import { OurText } from '../systems/text-ours.mjs'
import { YjsText } from '../systems/text-yjs.mjs'
import { serve } from './serve.mjs'

const kinds = { ours: OurText, yjs: YjsText, loro: LoroText, 'json-joy': JsonJoyText }
const keystrokes = 10_000
const traceName = 'automerge-paper'
const [first, second, third] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc']

const timed = (work) => {
  const start = clock()
  const result = work()
  return { ms: clock() - start, result }
}

function check(text, expected) {
  if (text !== expected) throw new Error('the texts differ')
}

/** Numbers that are the same in each run. */
function sequenceOf(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return Math.floor((state / 0x8000_0000) * below)
  }
}

/** Where one types: words here and there, or all at one end. */
const places = {
  spread: (i, length, next, before) => (i % 5 === 0 ? next(length + 1) : before + 1),
  end: (i, length) => length,
  prepend: () => 0,
}

/** What one types on a branch, as updates; the branch has them too. */
function type(branch, where, seed) {
  const next = sequenceOf(seed)
  const { length } = branch.text()
  let index = 0
  return Array.from({ length: keystrokes }, (_, i) => {
    index = places[where](i, length + i, next, index)
    return branch.edit(index, 0, String.fromCharCode(97 + next(26)))
  })
}

serve({
  local({ system }) {
    const { edits, endContent } = readTrace(traceName)
    const text = new kinds[system](first)
    const { ms } = timed(() => {
      for (const [index, removed, inserted] of edits) text.write(index, removed, inserted)
    })
    check(text.text(), endContent)
    return { ms, edits: edits.length }
  },

  remote({ system }) {
    const { edits, endContent } = readTrace(traceName)
    const author = new kinds[system](first)
    const updates = edits.map((edit) => author.edit(...edit))
    const reader = new kinds[system](second)
    let changes = 0
    const { ms } = timed(() => {
      for (const update of updates) reader.hear(update, () => changes++)
    })
    check(reader.text(), endContent)
    if (changes < edits.length) throw new Error('an index event is missing')
    return { ms }
  },

  /** Encoding, and loading until the first edit is possible; `text` is until it can be read. */
  save({ system }) {
    const { edits, endContent } = readTrace(traceName)
    const kind = kinds[system]
    const author = new kind(first)
    for (const edit of edits) author.write(...edit)
    const encoded = timed(() => author.save())
    globalThis.gc()
    const before = process.memoryUsage().heapUsed
    const read = timed(() => kind.load(second, encoded.result).text())
    const loaded = timed(() => {
      const text = kind.load(second, encoded.result)
      text.write(0, 0, 'x')
      return text
    })
    globalThis.gc()
    const heap = (process.memoryUsage().heapUsed - before) / 2 ** 20
    check(loaded.result.text(), `x${endContent}`)
    return {
      encode: encoded.ms,
      bytes: kind.bytes(encoded.result) / 1000,
      text: read.ms,
      load: loaded.ms,
      heap,
    }
  },

  /** Two branches of one long text; the keystrokes of one are merged into the other. */
  branches({ system, where, joined }) {
    const kind = kinds[system]
    const base = new kind(first)
    for (const edit of readTrace(traceName).edits) base.write(...edit)
    const [left, right] = [base.clone(second), base.clone(third)]
    const ours = type(left, where, 1)
    const theirs = type(right, where, 2)
    const updates = joined ? [kind.join(theirs)] : theirs
    const { ms } = timed(() => {
      for (const update of updates) left.hear(update, () => undefined)
    })
    right.hear(kind.join(ours), () => undefined)
    check(left.text(), right.text())
    return { ms }
  },

  /** Some who type at a time, each with a text; what one has heard, its parents tell. */
  concurrent({ system }) {
    const { txns, endContent, numAgents } = readConcurrentTrace('friendsforever')
    const names = [first, second, third].slice(0, numAgents)
    const authors = names.map((name) => ({
      text: new kinds[system](name),
      written: [],
      heard: names.map(() => 0),
    }))
    const numbers = []
    const hear = ({ text, heard }, from, count) => {
      for (; heard[from] < count; heard[from]++) {
        for (const update of authors[from].written[heard[from]]) text.hear(update, () => undefined)
      }
    }
    const { ms } = timed(() => {
      for (const { agent, parents, patches } of txns) {
        const author = authors[agent]
        for (const parent of parents) {
          const from = txns[parent].agent
          if (from !== agent) hear(author, from, numbers[parent])
        }
        author.written.push(patches.map((patch) => author.text.edit(...patch)))
        numbers.push(author.written.length)
      }
      authors.forEach((author, k) => {
        authors.forEach(({ written }, from) => from !== k && hear(author, from, written.length))
      })
    })
    for (const { text } of authors) check(text.text(), endContent)
    return { ms }
  },
})
