/**
 * Which of several devices this page plays, by `?device=b`; undefined for the browser itself.
 *
 * Each has a database of its own, and what the page keeps beside it, so that one computer is enough to try two.
 */
export function playedDevice(): string | undefined {
  const asked = new URLSearchParams(globalThis.location?.search).get('device') ?? ''
  return /^[a-z]$/.test(asked) ? asked : undefined
}

/** The name under which this device keeps something that all demos share. */
export function keptAs(key: string): string {
  const device = playedDevice()
  return device === undefined ? key : `${key} (device ${device})`
}
