/**
 * What a person types into one field, while others may change the same contact.
 *
 * Typed text stands until it is saved or given up, whatever arrives meanwhile. Saving writes only
 * what the person changed; what was written later wins, and a note says so.
 */
export interface FieldDraft {
  /** What is typed and not saved yet. */
  readonly typed?: string
  /** What was stored when typing began. */
  readonly base?: string
  /** What was saved last from here. */
  readonly mine?: string
}

/** What there is to say about a field. */
export type FieldNote =
  /** Someone else wrote while this person types. */
  | { readonly kind: 'changed-while-typing'; readonly theirs: string }
  /** Someone else wrote after this person saved. */
  | { readonly kind: 'changed-after'; readonly mine: string }

/** A field that nobody touched. */
export const untouched: FieldDraft = {}

/** The person types. */
export const typeInto = (draft: FieldDraft, text: string, stored: string): FieldDraft => ({
  ...draft,
  typed: text,
  base: draft.base ?? stored,
})

/** The person saves; `write` is what has to be written, if anything. */
export function saveDraft(
  draft: FieldDraft,
  stored: string,
): { readonly next: FieldDraft; readonly write?: string } {
  const { typed, base, mine } = draft
  const settled: FieldDraft = mine === undefined ? {} : { mine }
  if (typed === undefined) return { next: draft }
  if (typed === base || typed === stored) return { next: settled }
  return { next: { mine: typed }, write: typed }
}

/** The person gives up what was typed. */
export const dropTyped = ({ mine }: FieldDraft): FieldDraft => (mine === undefined ? {} : { mine })

/** The person takes what others wrote. */
export const acceptTheirs = (): FieldDraft => untouched

/** What the field shows. */
export const shownText = (draft: FieldDraft, stored: string): string => draft.typed ?? stored

/** What there is to say, if anything. */
export function noteOf({ typed, base, mine }: FieldDraft, stored: string): FieldNote | undefined {
  if (typed !== undefined) {
    if (stored === base || stored === typed) return undefined
    return { kind: 'changed-while-typing', theirs: stored }
  }
  return mine !== undefined && mine !== stored ? { kind: 'changed-after', mine } : undefined
}
