import { describe, expect, it } from 'vitest'
import { dropTyped, noteOf, saveDraft, shownText, typeInto, untouched } from './field-draft.js'

describe('the draft of a field', () => {
  it('shows what is stored until someone types', () => {
    expect(shownText(untouched, 'Ada')).toBe('Ada')
    expect(shownText(typeInto(untouched, 'Ad', 'Ada'), 'Ada')).toBe('Ad')
  })

  it('keeps typed text when something else arrives, and says so', () => {
    const draft = typeInto(untouched, 'Ada L', 'Ada')
    expect(shownText(draft, 'Augusta')).toBe('Ada L')
    expect(noteOf(draft, 'Augusta')).toEqual({ kind: 'changed-while-typing', theirs: 'Augusta' })
    expect(noteOf(draft, 'Ada')).toBeUndefined()
    expect(noteOf(draft, 'Ada L')).toBeUndefined()
  })

  it('writes what was typed', () => {
    const { next, write } = saveDraft(typeInto(untouched, 'Ada L', 'Ada'), 'Augusta')
    expect(write).toBe('Ada L')
    expect(next).toEqual({ mine: 'Ada L' })
  })

  it('writes nothing when nothing was changed, even if others wrote meanwhile', () => {
    const back = typeInto(typeInto(untouched, 'Adam', 'Ada'), 'Ada', 'Ada')
    expect(saveDraft(back, 'Augusta')).toEqual({ next: {} })
    expect(saveDraft(untouched, 'Ada')).toEqual({ next: untouched })
    expect(saveDraft(typeInto(untouched, 'Augusta', 'Ada'), 'Augusta')).toEqual({ next: {} })
  })

  it('tells when someone else wrote later', () => {
    const { next } = saveDraft(typeInto(untouched, 'Ada L', 'Ada'), 'Ada')
    expect(noteOf(next, 'Ada L')).toBeUndefined()
    expect(noteOf(next, 'Augusta')).toEqual({ kind: 'changed-after', mine: 'Ada L' })
  })

  it('gives up what was typed, and remembers what was saved before', () => {
    const { next } = saveDraft(typeInto(untouched, 'Ada L', 'Ada'), 'Ada')
    const dropped = dropTyped(typeInto(next, 'Ada Lo', 'Ada L'))
    expect(dropped).toEqual({ mine: 'Ada L' })
    expect(dropTyped(typeInto(untouched, 'x', 'Ada'))).toEqual({})
  })
})
