const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** How long ago, in words: "2 minutes ago". */
export function timeAgo(at: number, now: number): string {
  for (const [unit, ms] of units) {
    if (now - at >= ms) return words.format(-Math.floor((now - at) / ms), unit)
  }
  return 'just now'
}
