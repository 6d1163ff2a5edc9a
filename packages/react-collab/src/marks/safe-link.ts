const safe: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:'])

/**
 * Gives the address of a link that somebody else may have set, as `href` may have it; undefined for
 * all but `http`, `https` and `mailto`: a `javascript:` would run in the page.
 */
export function safeLink(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const { protocol, href } = new URL(value)
  return safe.has(protocol) ? href : undefined
}
