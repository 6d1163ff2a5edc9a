import type { FileKind } from './file-kind.js'

/** What is looked at of a file to find those with the same content. */
export interface GroupedFile {
  readonly hash?: string
  readonly name?: string
  readonly size?: number
  readonly kind?: FileKind
  readonly device?: string
}

/** A content, and the files that have it. */
export type Content = {
  readonly name: string
  readonly kind: FileKind
  /** Bytes of one. */
  readonly size: number
  readonly copies: number
  readonly devices: readonly string[]
  /** Bytes that all but one take. */
  readonly spare: number
}

/** Sums up the files of one content. */
export function contentOf(files: readonly GroupedFile[]): Content {
  const [{ name = '', kind = 'file', size = 0 } = {}] = files
  const devices = [...new Set(files.map(({ device = '' }) => device))]
  return { name, kind, size, copies: files.length, devices, spare: size * (files.length - 1) }
}
