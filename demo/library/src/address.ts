/** The library that a link without a name opens. */
export const DEFAULT_LIBRARY = 'library'

/** What the address of the page says. */
export interface PageAddress {
  /** The name of the library; the usual one when the link names one that cannot be. */
  readonly library: string
  /** Where the server is. */
  readonly server: string
}

const nameShape = /^[\w-]{1,128}$/

/** Reads `?library=…` and, for development, `?server=…`. */
export function readAddress(href: string): PageAddress {
  const url = new URL(href)
  const asked = url.searchParams.get('library')?.trim() ?? ''
  const server = url.searchParams.get('server') ?? ''
  return {
    library: nameShape.test(asked) ? asked : DEFAULT_LIBRARY,
    server: URL.canParse(server) ? new URL(server).origin : url.origin,
  }
}

/** The database of a page: one per server and device. */
export const databaseName = (server: string, device: string | undefined): string =>
  device === undefined ? `library ${server}` : `library ${server} ${device}`

/** The link that opens the same library as another device of this computer: b, c and so on. */
export function otherDeviceLink(href: string, device: string | undefined): string {
  const url = new URL(href)
  url.hash = ''
  if (device === 'z') url.searchParams.delete('device')
  else url.searchParams.set('device', String.fromCharCode((device ?? 'a').charCodeAt(0) + 1))
  return url.href
}
