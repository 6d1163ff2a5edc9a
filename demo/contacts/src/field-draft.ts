/**
 * What a person types into one field, while others may change the same contact.
 *
 * Typed text is saved as it is typed, and stands until the field is left, whatever arrives
 * meanwhile. Only what the person typed is written; what was written later wins, and a note says so.
 */
export interface FieldDraft {
  /** What the field shows from the first key until it is left. */
  readonly typed?: string
  /** What was stored when typing began, or what someone else wrote since. */
  readonly base?: string
  /** What was saved last from here. */
  readonly mine?: string
  /** What someone else wrote meanwhile and was written over. */
  readonly theirs?: string
}

/** What there is to say about a field. */
export type FieldNote =
  /** Someone else wrote while this person types; what was saved later stands. */
  | {
      readonly kind: 'changed-while-typing'
      readonly theirs: string
      readonly stands: 'mine' | 'theirs'
    }
  /** Someone else wrote after this person saved. */
  | { readonly kind: 'changed-after'; readonly mine: string }

/** What becomes of a draft; `write` is what has to be written, if anything. */
export interface DraftStep {
  readonly next: FieldDraft
  readonly write?: string
}

/** A field that nobody touched. */
export const untouched: FieldDraft = {}

/** The person types. */
export const typeInto = (draft: FieldDraft, text: string, stored: string): FieldDraft =>
  draft.typed === undefined ? { typed: text, base: stored } : { ...draft, typed: text }

/** Typing pauses: what was typed since the last time is written, and the field stays as it is. */
export function saveDraft(draft: FieldDraft, stored: string): DraftStep {
  const { typed, mine = draft.base } = draft
  if (typed === undefined || typed === mine) return { next: draft }
  const theirs = foreignText(draft, stored)
  const next = {
    ...draft,
    mine: typed,
    ...(theirs !== undefined && theirs !== typed && { base: theirs, theirs }),
  }
  return typed === stored ? { next } : { next, write: typed }
}

/** The person leaves the field. */
export function leaveDraft(draft: FieldDraft, stored: string): DraftStep {
  const { next, ...write } = saveDraft(draft, stored)
  const { mine, theirs } = next
  if (mine === undefined) return { next: untouched, ...write }
  return { next: { mine, ...(theirs !== undefined && { theirs }) }, ...write }
}

/** The person gives up what was typed: what stood there before comes back. */
export function dropTyped({ base, mine }: FieldDraft, stored: string): DraftStep {
  const isMine = mine !== undefined && stored === mine && base !== undefined && base !== mine
  return isMine ? { next: untouched, write: base } : { next: untouched }
}

/** The person takes what others wrote. */
export function acceptTheirs({ theirs, mine }: FieldDraft, stored: string): DraftStep {
  const isOver = theirs !== undefined && stored === mine && stored !== theirs
  return isOver ? { next: untouched, write: theirs } : { next: untouched }
}

/** The person wants what was typed here to stand. */
export function keepMine({ typed }: FieldDraft, stored: string): DraftStep {
  if (typed === undefined) return { next: untouched }
  const next = { typed, base: stored, mine: typed }
  return typed === stored ? { next } : { next, write: typed }
}

/** The person corrects a text that was refused; it is written when it has changed. */
export const correctDraft = (text: string, stored: string): FieldDraft => ({
  typed: text,
  base: stored,
  mine: text,
})

/** What the field shows. */
export const shownText = (draft: FieldDraft, stored: string): string => draft.typed ?? stored

/** What there is to say, if anything. */
export function noteOf(draft: FieldDraft, stored: string): FieldNote | undefined {
  const { typed, mine } = draft
  if (typed === undefined && mine !== undefined && mine !== stored) {
    return { kind: 'changed-after', mine }
  }
  const foreign = typed === undefined ? undefined : foreignText(draft, stored)
  const theirs = foreign ?? draft.theirs
  if (theirs === undefined || theirs === (typed ?? stored)) return undefined
  // What is typed and not saved yet will be saved later than theirs.
  const stands = foreign !== undefined && typed === mine ? 'theirs' : 'mine'
  return { kind: 'changed-while-typing', theirs, stands }
}

/** What is stored, if it is neither from here nor what stood there before. */
const foreignText = ({ base, mine }: FieldDraft, stored: string): string | undefined =>
  stored === base || stored === mine ? undefined : stored
