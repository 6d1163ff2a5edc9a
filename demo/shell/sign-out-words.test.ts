import { describe, expect, it } from 'vitest'
import { canSend, type SignOutStage, signOutWords, type Waiting } from './sign-out-words.js'

const words = (waiting: Partial<Waiting>, stage: SignOutStage = 'asking'): string =>
  signOutWords({ unsent: 0, refused: 0, obstacle: undefined, ...waiting }, stage)

describe('the question of a sign-out', () => {
  it('counts what no server has', () => {
    expect(words({ unsent: 1 })).toBe('1 change is on this device alone.')
    expect(words({ unsent: 2000 })).toBe('2,000 changes are on this device alone.')
  })

  it('says at once why nothing can be sent', () => {
    const obstacle = 'there is no line to the server'
    expect(words({ unsent: 2, obstacle })).toBe(
      '2 changes are on this device alone, and cannot be sent now: there is no line to the server.',
    )
    expect(canSend({ unsent: 2, refused: 0, obstacle })).toBe(false)
  })

  it('sends nothing where all that is left was refused', () => {
    expect(words({ refused: 1 })).toBe('The server refused 1 change: sending again does not help.')
    expect(canSend({ unsent: 0, refused: 1, obstacle: undefined })).toBe(false)
    expect(canSend({ unsent: 1, refused: 1, obstacle: undefined })).toBe(true)
  })

  it('says that it sends, and that it did not', () => {
    expect(words({ unsent: 3, refused: 1 }, 'sending')).toBe('Sending 3 changes…')
    expect(words({}, 'sending')).toBe('Signing out…')
    expect(words({ unsent: 1 }, 'failed')).toBe(
      'Not all was sent in ten seconds. 1 change is on this device alone.',
    )
  })

  it('says when all was sent meanwhile', () => {
    expect(words({})).toBe('Everything has been sent.')
  })
})
