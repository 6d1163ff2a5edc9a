/** The notes that a link without a name opens. */
export const DEFAULT_PAD = 'notes'

/** What the address of the page says. */
export interface PageAddress {
  /** The object that holds the notes; the usual one when the link names one that cannot be. */
  readonly pad: string
  /** Where the server is. */
  readonly server: string
}

const padShape = /^[\w-]{1,128}$/

/** Reads `?pad=…` and, for development, `?server=…`. */
export function readAddress(href: string): PageAddress {
  const url = new URL(href)
  const asked = url.searchParams.get('pad')?.trim() ?? ''
  const server = url.searchParams.get('server') ?? ''
  return {
    pad: padShape.test(asked) ? asked : DEFAULT_PAD,
    server: URL.canParse(server) ? new URL(server).origin : url.origin,
  }
}

/** The database of a page: one per server, so that notes of two servers never mix. */
export const databaseName = (server: string): string => `notes ${server}`
