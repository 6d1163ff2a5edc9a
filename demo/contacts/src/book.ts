/** The address book that a link without a name opens. */
export const DEFAULT_BOOK = 'contacts'

/** What the address of the page says. */
export interface PageAddress {
  /** The name of the address book; undefined when the link names one that cannot be. */
  readonly book: string | undefined
  /** What the link said. */
  readonly asked: string
  /** Where the server is. */
  readonly server: string
}

const bookShape = /^[\w-]{1,128}$/

/** Reads `?book=…` and, for development, `?server=…`. */
export function readAddress(href: string): PageAddress {
  const url = new URL(href)
  const asked = url.searchParams.get('book')?.trim() || DEFAULT_BOOK
  return {
    book: bookShape.test(asked) ? asked : undefined,
    asked,
    server: serverOf(url.searchParams.get('server')) ?? url.origin,
  }
}

function serverOf(asked: string | null): string | undefined {
  if (asked === null || !URL.canParse(asked)) return undefined
  const { protocol, origin } = new URL(asked)
  return protocol === 'http:' || protocol === 'https:' ? origin : undefined
}

/** The link that opens this address book for someone else. */
export function shareLink(href: string, book: string): string {
  const url = new URL(href)
  url.hash = ''
  url.searchParams.set('book', book)
  return url.href
}

/** The database of a page: one per server, so that address books of two servers never mix. */
export const databaseName = (server: string): string => `contacts ${server}`
