import { expect, it } from 'vitest'
import { linkAddress } from './link-address.js'

it.each([
  ['https://example.org/a', 'https://example.org/a'],
  [' example.org ', 'https://example.org/'],
  ['example.org:8080/plan?x=1', 'https://example.org:8080/plan?x=1'],
  ['anna@example.org', 'mailto:anna@example.org'],
  ['mailto:anna@example.org', 'mailto:anna@example.org'],
  ['javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['two words.', undefined],
  ['word', undefined],
  ['', undefined],
])('%j leads to %j', (typed, address) => expect(linkAddress(typed)).toBe(address))
