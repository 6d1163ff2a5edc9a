import { limits, ProtocolError } from '@react-collab/core'

/** Levels that a message adds around the values in it. */
const envelope = 8

/**
 * Refuses a message that is nested too deep or holds binary, before anything else looks at it.
 *
 * It recurses no deeper than it allows: code that walks a message of 5,000 levels without such a
 * bound overflows the stack.
 */
export function checkMessage(message: unknown, levels: number = limits.depth + envelope): void {
  if (typeof message !== 'object' || message === null) return
  if (levels === 0) throw new ProtocolError('TOO_DEEP', 'the message is nested too deep')
  if (ArrayBuffer.isView(message) || message instanceof ArrayBuffer) {
    throw new ProtocolError('BAD_VALUE', 'messages hold no binary')
  }
  if (Array.isArray(message)) for (const item of message) checkMessage(item, levels - 1)
  else
    for (const key in message) checkMessage((message as Record<string, unknown>)[key], levels - 1)
}
