/**
 * The compact form of operations on text: the text itself, with marks in it.
 *
 * `he(ll=y)o` replaces "ll" by "y"; `(he)ll=o` moves "he" to where the `=` stands.
 */
import type { Change } from '../change/change.js'
import { move, splice } from '../change/constructors.js'

/** An operation and the text that it was written for. */
export interface CompactOp {
  readonly text: string
  readonly change: Change
  readonly op:
    | {
        readonly kind: 'splice'
        readonly offset: number
        readonly before: string
        readonly after: string
      }
    | {
        readonly kind: 'move'
        readonly offset: number
        readonly count: number
        readonly distance: number
      }
}

/** Reads one operation. */
export function readCompact(written: string): CompactOp {
  const [, left = '', inner = '', right = ''] = /^(.*?)\((.*?)\)(.*)$/su.exec(written) ?? []
  return inner.includes('=') ? readSplice(left, inner, right) : readMove(left, inner, right)
}

function readSplice(left: string, inner: string, right: string): CompactOp {
  const [before = '', after = ''] = inner.split('=')
  return {
    text: left + before + right,
    change: splice(left.length, before, after),
    op: { kind: 'splice', offset: left.length, before, after },
  }
}

function readMove(left: string, inner: string, right: string): CompactOp {
  const to = left.indexOf('=')
  const offset = to < 0 ? left.length : left.length - 1
  const distance = to < 0 ? right.indexOf('=') : to - offset
  return {
    text: (left + inner + right).replace('=', ''),
    change: move(offset, inner.length, distance),
    op: { kind: 'move', offset, count: inner.length, distance },
  }
}
