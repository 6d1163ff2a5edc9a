import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apply } from '../change/algebra.js'
import { splice } from '../change/constructors.js'
import { createCodec } from '../change/codec.js'
import { type Data, type Maybe, sameData } from '../change/data.js'
import { changeOf, documents, type Edit, editOf, edits } from '../testing/edits.js'
import { type Branch, createBranch } from './branch.js'
import { type Fold, foldOver } from './fold.js'
import { createJournal } from './journal.js'
import { createSession, restoreSession, type Session } from './session.js'
import { createStream, type Stream } from './stream.js'
import { createUndo } from './undo.js'
import { lawFactor } from '../testing/factor.laws.js'

const step = fc.record({ who: fc.nat(11), which: fc.nat(40), edit: edits })
const steps = fc.array(step, { maxLength: 14 })

function expectSame(found: Maybe, expected: Maybe): void {
  if (!sameData(found, expected)) expect(found).toEqual(expected)
}

const editAt = (stream: Stream<Maybe>, edit: Edit): Stream<Maybe> =>
  stream.append(editOf(stream.value, edit))

test('[STR2] edits from any values, however stale, end in one value for every instance', () => {
  fc.assert(
    fc.property(documents, steps, (value, list) => {
      const all: Stream<Maybe>[] = [createStream<Maybe>(value)]
      for (const { which, edit } of list) {
        all.push(editAt(all[which % all.length] as Stream<Maybe>, edit))
      }
      const end = (all[0] as Stream<Maybe>).latest().value
      for (const stream of all) {
        expectSame(stream.latest().value, end)
        expectSame(walk(stream), end)
      }
    }),
    { numRuns: 500 * lawFactor },
  )
})

/** Follows a stream by its changes alone. */
function walk(stream: Stream<Maybe>): Maybe {
  let { value } = stream
  for (let next = stream.next(); next !== null; next = next.stream.next()) {
    value = apply(value, next.change)
  }
  return value
}

test('[STR13, STR14] a fold over the base is what the folded stream shows, whoever edits', () => {
  fc.assert(
    fc.property(documents, fc.array(edits, { maxLength: 3 }), steps, (value, hidden, list) => {
      let base: Stream<Maybe> = createStream<Maybe>(value)
      let folded: Stream<Maybe> = foldOver(base, changeOf(value, hidden))
      for (const { who, edit } of list) {
        if (who % 3 === 0) base = base.latest()
        else if (who % 3 === 1) base = editAt(base, edit)
        else folded = editAt(who < 6 ? folded.latest() : folded, edit)
      }
      const last = folded.latest() as Fold<Maybe>
      expectSame(last.unfold().latest().value, base.latest().value)
      expectSame(last.value, apply(base.latest().value, last.fold))
      expectSame(walk(folded), last.value)
    }),
    { numRuns: 500 * lawFactor },
  )
})

test('[STR15, STR16] after push and pull branch, nested branch and master are equal', () => {
  fc.assert(
    fc.property(documents, steps, (value, list) => {
      const master = createStream<Maybe>(value)
      const outer = createBranch(master)
      const inner = createBranch(outer.stream)
      for (const { who, edit } of list) act(who, edit, master, [outer, inner])
      const before = master.latest().value
      expectSame(master.latest().value, before)
      for (const branch of [inner, outer]) branch.push()
      for (const branch of [outer, inner]) branch.pull()
      expectSame(outer.stream.latest().value, master.latest().value)
      expectSame(inner.stream.latest().value, master.latest().value)
      expect(inner.ahead()).toBe(null)
    }),
    { numRuns: 500 * lawFactor },
  )
})

function act(who: number, edit: Edit, master: Stream<Maybe>, all: readonly Branch<Maybe>[]): void {
  const branch = all[who % 2] as Branch<Maybe>
  if (who < 3) editAt(master.latest(), edit)
  else if (who < 8) editAt(who < 4 ? branch.stream : branch.stream.latest(), edit)
  else if (who < 10) branch.push()
  else branch.pull()
}

test('[STR9, STR10] undone one by one, exactly the own edits are gone, whatever others did', () => {
  fc.assert(
    fc.property(fc.nat(6), steps, (length, list) => {
      const letters = Array.from({ length }, (_, i) => String.fromCharCode(0x4e00 + i))
      const master = createStream(letters.join(''))
      const stack = createUndo(master)
      const others = new Set(letters)
      let next = 0x5000
      for (const { who, edit } of list) {
        const { stream, isOwn } =
          who < 5 ? { stream: stack.stream, isOwn: true } : { stream: master, isOwn: false }
        const { value } = stream.latest()
        if (who > 9) (who === 10 ? stack.undo : stack.redo).call(stack)
        else {
          const from = edit.at % (value.length + 1)
          const removed = value.slice(from, from + (edit.kind % 3))
          const inserted = String.fromCharCode(
            ...Array.from({ length: edit.fresh % 3 }, () => next++),
          )
          stream.latest().append(splice(from, removed, inserted))
          if (isOwn) continue
          for (const letter of removed) others.delete(letter)
          for (const letter of inserted) others.add(letter)
        }
      }
      const full = master.latest().value
      let undone = 0
      while (stack.undo()) undone++
      expect([...master.latest().value].toSorted()).toEqual([...others].toSorted())
      for (; undone > 0; undone--) expect(stack.redo()).toBe(true)
      expect([...master.latest().value].toSorted()).toEqual([...full].toSorted())
    }),
    { numRuns: 500 * lawFactor },
  )
})

test('[STR10] undo and redo after it leave any value as it was', () => {
  fc.assert(
    fc.property(documents, steps, (value, list) => {
      const master = createStream<Maybe>(value)
      const stack = createUndo(master)
      for (const { who, edit } of list) {
        editAt(who < 6 ? stack.stream.latest() : master.latest(), edit)
        const before = master.latest().value
        if (stack.undo() && stack.redo()) expectSame(master.latest().value, before)
      }
    }),
    { numRuns: 500 * lawFactor },
  )
})

test('[STR19, STR20, STR21] sessions that push, pull, stop and start in any order become equal', () => {
  const codec = createCodec()
  fc.assert(
    fc.property(documents, fc.array(step, { maxLength: 30 }), (value, list) => {
      const journal = createJournal()
      let id = 0
      const options = { createId: () => `o${id++}` }
      const sessions: Session<Maybe>[] = [0, 1, 2].map(() => createSession<Maybe>(value, options))
      for (const { who, which, edit } of list) {
        const session = sessions[which % 3] as Session<Maybe>
        if (who < 6) editAt(session.stream.latest(), edit)
        else if (who < 8) session.push(journal)
        else if (who < 10) session.pull(journal, 1 + (which % 4))
        else if (who === 10) {
          const saved = JSON.parse(JSON.stringify(session.save(codec))) as Data
          sessions[which % 3] = restoreSession<Maybe>(saved as null, codec, options)
        } else editAt(session.stream, edit)
      }
      for (const session of sessions) session.push(journal)
      for (const session of sessions) session.pull(journal)
      const [first, ...rest] = sessions.map(({ stream }) => stream.latest().value)
      for (const other of rest) expectSame(other, first)
      for (const session of sessions) expect(session.pending()).toEqual([])
    }),
    { numRuns: 300 * lawFactor },
  )
})
