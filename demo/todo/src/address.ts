/** The list that a link without a name opens. */
export const DEFAULT_LIST = 'todos'

/** What the address of the page says. */
export interface PageAddress {
  /** The name of the list; the usual one when the link names one that cannot be. */
  readonly list: string
  /** Where the server is. */
  readonly server: string
}

const listShape = /^[\w-]{1,128}$/

/** Reads `?list=…` and, for development, `?server=…`. */
export function readAddress(href: string): PageAddress {
  const url = new URL(href)
  const asked = url.searchParams.get('list')?.trim() ?? ''
  const server = url.searchParams.get('server') ?? ''
  return {
    list: listShape.test(asked) ? asked : DEFAULT_LIST,
    server: URL.canParse(server) ? new URL(server).origin : url.origin,
  }
}

/** The database of a page: one per server, so that lists of two servers never mix. */
export const databaseName = (server: string): string => `todo ${server}`
