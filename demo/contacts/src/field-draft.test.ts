import { describe, expect, it } from 'vitest'
import {
  acceptTheirs,
  correctDraft,
  dropTyped,
  type FieldDraft,
  keepMine,
  leaveDraft,
  noteOf,
  saveDraft,
  shownText,
  typeInto,
  untouched,
} from './field-draft.js'

const typed = (text: string, stored = 'Ada'): FieldDraft => typeInto(untouched, text, stored)

describe('the draft of a field', () => {
  it('shows what is stored until someone types', () => {
    expect(shownText(untouched, 'Ada')).toBe('Ada')
    expect(shownText(typed('Ad'), 'Ada')).toBe('Ad')
  })

  it('keeps typed text when something else arrives, and says so', () => {
    const draft = typed('Ada L')
    expect(shownText(draft, 'Augusta')).toBe('Ada L')
    expect(noteOf(draft, 'Augusta')).toEqual({
      kind: 'changed-while-typing',
      theirs: 'Augusta',
      stands: 'mine',
    })
    expect(noteOf(draft, 'Ada')).toBeUndefined()
    expect(noteOf(draft, 'Ada L')).toBeUndefined()
  })

  it('writes what was typed, and goes on showing it', () => {
    const { next, write } = saveDraft(typed('Ada L'), 'Ada')
    expect(write).toBe('Ada L')
    expect(shownText(next, 'Ada L')).toBe('Ada L')
    expect(saveDraft(next, 'Ada L')).toEqual({ next })
    expect(saveDraft(typeInto(next, 'Ada Lo', 'Ada L'), 'Ada L').write).toBe('Ada Lo')
    expect(saveDraft(typeInto(next, 'Ada', 'Ada L'), 'Ada L').write).toBe('Ada')
  })

  it('tells of what was written over', () => {
    const { next, write } = saveDraft(typed('Ada L'), 'Augusta')
    expect(write).toBe('Ada L')
    expect(noteOf(next, 'Ada L')).toEqual({
      kind: 'changed-while-typing',
      theirs: 'Augusta',
      stands: 'mine',
    })
    expect(acceptTheirs(next, 'Ada L')).toEqual({ next: {}, write: 'Augusta' })
    expect(acceptTheirs(typed('Ada L'), 'Augusta')).toEqual({ next: {} })
    const left = leaveDraft(next, 'Ada L').next
    expect(noteOf(left, 'Ada L')).toEqual({
      kind: 'changed-while-typing',
      theirs: 'Augusta',
      stands: 'mine',
    })
    expect(acceptTheirs(left, 'Ada L')).toEqual({ next: {}, write: 'Augusta' })
    for (const draft of [next, left]) {
      expect(noteOf(keepMine(draft, 'Ada L').next, 'Ada L')).toBeUndefined()
    }
  })

  it('writes nothing when nothing was typed since, even if others wrote meanwhile', () => {
    const back = typeInto(typed('Adam'), 'Ada', 'Ada')
    expect(leaveDraft(back, 'Augusta')).toEqual({ next: {} })
    expect(leaveDraft(untouched, 'Ada')).toEqual({ next: untouched })
    expect(leaveDraft(typed('Augusta'), 'Augusta')).toEqual({ next: { mine: 'Augusta' } })
    const { next } = saveDraft(typed('Ada L'), 'Ada')
    expect(leaveDraft(next, 'Augusta')).toEqual({ next: { mine: 'Ada L' } })
  })

  it('does not take a refused text for what someone else wrote', () => {
    const { next } = saveDraft(typed('Ada L'), 'Ada')
    expect(noteOf(next, 'Ada')).toBeUndefined()
    expect(noteOf(saveDraft(typeInto(next, 'Ada Lo', 'Ada'), 'Ada').next, 'Ada')).toBeUndefined()
  })

  it('writes a refused text again only when it was corrected', () => {
    const draft = correctDraft('CALL ME', '1')
    expect(shownText(draft, '1')).toBe('CALL ME')
    expect(leaveDraft(draft, '1').write).toBeUndefined()
    expect(saveDraft(typeInto(draft, '2', '1'), '1').write).toBe('2')
  })

  it('tells when someone else wrote later', () => {
    const { next } = leaveDraft(typed('Ada L'), 'Ada')
    expect(noteOf(next, 'Ada L')).toBeUndefined()
    expect(noteOf(next, 'Augusta')).toEqual({ kind: 'changed-after', mine: 'Ada L' })
  })

  it('gives up what was typed, also if it was saved', () => {
    expect(dropTyped(typed('x'), 'Ada')).toEqual({ next: {} })
    const { next } = saveDraft(typed('Ada L'), 'Ada')
    expect(dropTyped(next, 'Ada L')).toEqual({ next: {}, write: 'Ada' })
    expect(dropTyped(next, 'Augusta')).toEqual({ next: {} })
  })

  it('[E2E18] says that theirs stands when it was written after mine, and keeps mine when told to', () => {
    const { next: saved } = saveDraft(typed('Ada L'), 'Ada')
    expect(noteOf(saved, 'Augusta')).toMatchObject({ theirs: 'Augusta', stands: 'theirs' })
    const { next, write } = keepMine(saved, 'Augusta')
    expect(write).toBe('Ada L')
    expect(noteOf(next, 'Ada L')).toBeUndefined()
    expect(leaveDraft(next, 'Ada L').write).toBeUndefined()
  })
})
