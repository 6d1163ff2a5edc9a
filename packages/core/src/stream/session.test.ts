import { describe, expect, test } from 'vitest'
import { createCodec } from '../change/codec.js'
import { splice } from '../change/constructors.js'
import type { Json } from '../json.js'
import { Award, registered, Stars } from '../testing/stars.js'
import { spliceStream } from './edits.js'
import { createJournal, type Operation } from './journal.js'
import { createSession, restoreSession, type Session } from './session.js'

const codec = createCodec()
const ids = () => {
  let next = 0
  return { createId: () => `o${next++}` }
}
const valueOf = <V>(session: Session<V>): V => session.stream.latest().value

const operation = (id: string, change = splice(0, '', id)): Operation => ({
  id,
  parent: null,
  basis: -1,
  change,
})

describe('a journal', () => {
  test('[STR17] keeps order, stores each id once, and gives pages', () => {
    const journal = createJournal()
    journal.append([operation('a'), operation('b'), operation('a')])
    journal.append([operation('b'), operation('c')])
    expect(journal.since(0).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(journal.since(1, 1).map(({ id, version }) => [id, version])).toEqual([['b', 1]])
    expect(journal.since(3)).toEqual([])
  })

  test('[STR17] stores changes that it knows nothing of', () => {
    const journal = createJournal()
    journal.append([operation('a', new Award(1)), { ...operation('b', new Award(2)), parent: 'a' }])
    expect(journal.since(0).map(({ change }) => change)).toEqual([new Award(1), new Award(2)])
  })

  test('[STR18, REG22] what an author pushed is part of its merge chain', () => {
    // Were it not, one of the two would see `el!lo`, the other `ell!o`.
    const journal = createJournal()
    const options = ids()
    const [c, d] = [createSession('hello', options), createSession('hello', options)]
    spliceStream(c.stream, 3, 0, '!')
    spliceStream(d.stream, 0, 1, '')
    d.push(journal)
    c.push(journal)
    for (const session of [c, d]) session.pull(journal)
    expect([valueOf(c), valueOf(d)]).toEqual(['el!lo', 'el!lo'])
  })

  test('[STR18] of a parent’s merge chain an author takes what it has not seen since', () => {
    const journal = createJournal()
    const options = ids()
    const [a, b] = [createSession('', options), createSession('', options)]
    for (const letter of 'wxyz') {
      spliceStream(b.stream.latest(), 0, 0, letter)
      b.push(journal)
    }
    spliceStream(a.stream, 0, 0, '1')
    a.push(journal)
    a.pull(journal, 2)
    spliceStream(a.stream.latest(), 0, 0, '2')
    a.push(journal)
    for (const session of [a, b]) session.pull(journal)
    expect(valueOf(a)).toBe(valueOf(b))
  })
})

describe('a session', () => {
  test('[STR19] sends all edits since the last push as one operation', () => {
    const journal = createJournal()
    const session = createSession('', ids())
    session.push(journal)
    expect(journal.since(0)).toEqual([])
    spliceStream(session.stream, 0, 0, 'a')
    spliceStream(session.stream.latest(), 1, 0, 'b')
    session.push(journal)
    session.push(journal)
    expect(journal.since(0).map(({ change }) => change)).toEqual([splice(0, '', 'ab')])
    expect(session.pending().length).toBe(1)
    session.pull(journal)
    expect(session.pending()).toEqual([])
  })

  test('[STR19] edits at once, and exchanges nothing until it is told to', () => {
    const journal = createJournal()
    const options = ids()
    const [a, b] = [createSession('', options), createSession('', options)]
    spliceStream(a.stream, 0, 0, 'a')
    expect([valueOf(a), valueOf(b)]).toEqual(['a', ''])
    a.push(journal)
    expect(valueOf(b)).toBe('')
    b.pull(journal)
    expect(valueOf(b)).toBe('a')
  })

  test('[STR20] suspended it receives nothing, and catches up when it goes on', () => {
    const journal = createJournal()
    const options = ids()
    const [a, b] = [createSession('', options), createSession('', options)]
    b.suspend()
    spliceStream(a.stream, 0, 0, 'a')
    a.push(journal)
    b.pull(journal)
    spliceStream(b.stream, 0, 0, 'b')
    b.push(journal)
    expect(valueOf(b)).toBe('b')
    b.resume()
    b.pull(journal)
    a.pull(journal)
    expect([valueOf(a), valueOf(b)]).toEqual(['ab', 'ab'])
  })

  test.each([0, 1, 2, 3, 4])(
    '[STR21] restarted at step %s it loses and doubles nothing',
    (stop) => {
      const journal = createJournal()
      const options = ids()
      let session = createSession('', options)
      const other = createSession('', options)
      const steps = [
        () => spliceStream(session.stream.latest(), 0, 0, 'a'),
        () => session.push(journal),
        () => {
          spliceStream(other.stream.latest(), 0, 0, 'x')
          other.push(journal)
        },
        () => spliceStream(session.stream.latest(), 0, 0, 'b'),
        () => session.pull(journal),
      ]
      steps.forEach((step, i) => {
        step()
        if (i !== stop) return
        const saved = JSON.parse(JSON.stringify(session.save(codec))) as Json
        session = restoreSession(saved, codec, options)
      })
      for (const one of [session, other, session]) {
        one.push(journal)
        one.pull(journal)
      }
      expect(valueOf(session)).toBe(valueOf(other))
      expect([...valueOf(session)].toSorted()).toEqual(['a', 'b', 'x'])
    },
  )

  test('[STR21] a copy that was not saved since sends its operation again, and it is stored once', () => {
    const journal = createJournal()
    const options = ids()
    const session = createSession('', options)
    spliceStream(session.stream, 0, 0, 'a')
    session.push(createJournal())
    const saved = session.save(codec)
    session.push(journal)
    const again = restoreSession<string>(saved, codec, options)
    again.push(journal)
    again.pull(journal)
    expect(journal.since(0).length).toBe(1)
    expect([valueOf(again), again.pending()]).toEqual(['a', []])
  })

  test('[STR21] restored from a snapshot it is where one is that replayed everything', () => {
    const journal = createJournal()
    const options = ids()
    const author = createSession('', options)
    let saved = author.save(codec)
    for (const letter of 'abcdef') {
      spliceStream(author.stream.latest(), 0, 0, letter)
      author.push(journal)
      author.pull(journal)
      if (letter === 'c') saved = author.save(codec)
    }
    const [fresh, restored] = [createSession('', options), restoreSession(saved, codec, options)]
    for (const session of [fresh, restored]) session.pull(journal)
    expect([valueOf(fresh), valueOf(restored)]).toEqual(['fedcba', 'fedcba'])
  })

  test('[STR21] custom values and changes are saved too', () => {
    const own = createCodec(registered)
    const session = createSession(new Stars(1), ids())
    session.stream.append(new Award(2))
    session.push(createJournal())
    session.stream.latest().append(new Award(3))
    const again = restoreSession<Stars>(session.save(own), own, ids())
    expect(valueOf(again)).toEqual(new Stars(6))
    expect(again.pending()[0]?.change).toEqual(new Award(2))
  })

  test.each<[Json]>([
    [null],
    [1],
    [{}],
    [{ value: '', version: 'x', pending: [], chain: [], unsent: null }],
    [{ value: '', version: 0, pending: 1, chain: [], unsent: null }],
    [{ value: '', version: 0, pending: [[1, null, 0, null]], chain: [], unsent: null }],
    [{ value: '', version: 0, pending: [['a', 1, 0, null]], chain: [], unsent: null }],
  ])('[STR21] %j is no saved session', (json) => {
    expect(() => restoreSession(json, codec, ids())).toThrow('BAD_VALUE')
  })
})
