import { describe, expect, it } from 'vitest'
import { contactFields } from './contact.js'
import { type Choices, nextStep, randomValues, type Step } from './generator.js'

const choices: Choices = {
  shown: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
  deleted: [{ id: 'x' }],
}

/** The same numbers each time. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function steps(count: number, from: Choices): Step[] {
  const random = dice(7)
  return Array.from({ length: count }, () => nextStep(random, from))
}

describe('generator', () => {
  it('creates 60 %, updates 35 %, deletes 5 %', () => {
    const made = steps(20_000, choices)
    const share = (kind: Step['kind']): number =>
      made.filter((step) => step.kind === kind).length / made.length
    expect(share('create')).toBeCloseTo(0.6, 1)
    expect(share('update')).toBeCloseTo(0.35, 1)
    expect(share('delete')).toBeCloseTo(0.05, 1)
  })

  it('creates with five fields', () => {
    const values = randomValues(dice(3))
    expect(Object.keys(values)).toEqual(contactFields.map(({ name }) => name))
    expect(Object.values(values).every((value) => value.length > 3)).toBe(true)
  })

  it('makes phone numbers that the server takes, and plain addresses', () => {
    const random = dice(11)
    for (let i = 0; i < 500; i++) {
      const { phone, email } = randomValues(random)
      expect(phone).toMatch(/^\+\d\d \d{3} \d{3} \d{4}$/)
      expect(email).toMatch(/^[a-z.]+@[a-z]+\.example$/)
    }
  })

  it('updates every contact as often, deleted ones too, and any field', () => {
    const made = steps(20_000, choices).filter((step) => step.kind === 'update')
    for (const id of ['a', 'b', 'c', 'x']) {
      expect(made.filter((step) => step.id === id).length / made.length).toBeCloseTo(0.25, 1)
    }
    expect(new Set(made.map((step) => step.field)).size).toBe(5)
  })

  it('deletes only what is shown', () => {
    const deleted = steps(20_000, choices).filter((step) => step.kind === 'delete')
    expect(new Set(deleted.map((step) => step.id))).toEqual(new Set(['a', 'b', 'c']))
  })

  it('creates while there is nobody to change', () => {
    const made = steps(1000, { shown: [], deleted: [] })
    expect(made.every((step) => step.kind === 'create')).toBe(true)
  })
})
