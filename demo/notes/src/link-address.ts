import { safeLink } from 'react-collab'

/** What people type who leave out how to get there: `example.org/plan`. */
const webShape = /^[^\s:/@]+\.[^\s@]+$/
const mailShape = /^[^\s:/@]+@[^\s:/@]+\.[^\s:/@]+$/

/** The address that a link gets from what was typed; undefined for what is none. */
export function linkAddress(typed: string): string | undefined {
  const text = typed.trim()
  if (mailShape.test(text)) return safeLink(`mailto:${text}`)
  return safeLink(text) ?? (webShape.test(text) ? safeLink(`https://${text}`) : undefined)
}
