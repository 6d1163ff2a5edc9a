import { diffTexts, Text } from '@react-collab/core'
import { checkText } from './argument.js'
import type { SharedText } from './shared-text.js'
import type { TextSpot } from './text-range.js'

/** Where two texts differ: stretches that only one of them shows, in order. */
export interface TextComparison {
  readonly one: readonly TextSpot[]
  readonly other: readonly TextSpot[]
}

const noText = new Text()

/**
 * Compares two states of one text, such as that of a branch and that of its object: exact, by who
 * typed what and not by likeness, so that a letter typed twice is two letters.
 *
 * ```ts
 * const { one, other } = compareTexts(shared.text('body'), draft.text('body'))
 * ```
 * Offsets count UTF-16 units. Of two texts that have nothing to do with each other, what differs is
 * one stretch.
 */
export function compareTexts(
  one: Pick<SharedText, 'view'>,
  other: Pick<SharedText, 'view'>,
): TextComparison {
  checkText(one)
  checkText(other, 'view', 'the second argument is to be')
  const onlyOne: TextSpot[] = []
  const onlyOther: TextSpot[] = []
  let at = 0
  let there = 0
  for (const part of diffTexts(textOf(one), textOf(other))) {
    if ('k' in part) {
      at += part.k
      there += part.k
    } else if ('d' in part) {
      onlyOne.push({ from: at, to: (at += part.d.length) })
    } else {
      onlyOther.push({ from: there, to: (there += part.i.length) })
    }
  }
  return { one: onlyOne, other: onlyOther }
}

const textOf = ({ view }: Pick<SharedText, 'view'>): Text => view?.live.text ?? noText
