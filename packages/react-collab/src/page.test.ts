import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Client } from './client.js'
import { guardPage, isInPage } from './page.js'

let unsaved = 0
let untie: () => void = () => undefined
const reconnect = vi.fn<Client['reconnect']>()

beforeEach(() => {
  unsaved = 0
  reconnect.mockClear()
  const client = { reconnect } as Partial<Client>
  Object.defineProperty(client, 'unsaved', { get: () => unsaved })
  untie = guardPage(client as Client)
})

afterEach(() => {
  untie()
  vi.unstubAllGlobals()
})

/** Whether the person is asked before the page goes. */
function leave(): boolean {
  const event = new Event('beforeunload', { cancelable: true })
  window.dispatchEvent(event)
  return event.defaultPrevented
}

const show = (state: DocumentVisibilityState): void => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  document.dispatchEvent(new Event('visibilitychange'))
}

it('[TAB7] warns only when leaving would lose edits', () => {
  expect(leave()).toBe(false)
  unsaved = 1
  expect(leave()).toBe(true)
  unsaved = 0
  expect(leave()).toBe(false)
})

it('[TAB7] connects at once when the network or the person comes back', () => {
  window.dispatchEvent(new Event('online'))
  expect(reconnect).toHaveBeenCalledTimes(1)
  show('hidden')
  expect(reconnect).toHaveBeenCalledTimes(1)
  show('visible')
  expect(reconnect).toHaveBeenCalledTimes(2)
})

it('[TAB7] begins a new line when the network goes, without waiting for the old one to notice', () => {
  window.dispatchEvent(new Event('offline'))
  expect(reconnect).toHaveBeenCalledExactlyOnceWith({ fresh: true })
})

it('[TAB7] lets go of the page when told', () => {
  untie()
  unsaved = 1
  expect(leave()).toBe(false)
  window.dispatchEvent(new Event('online'))
  show('visible')
  expect(reconnect).not.toHaveBeenCalled()
})

it('[TAB7] does nothing where there is no page', () => {
  vi.stubGlobal('window', undefined)
  expect(isInPage()).toBe(false)
  expect(guardPage({} as Client)).not.toThrow()
})
