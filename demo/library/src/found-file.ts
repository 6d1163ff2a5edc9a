/** A file that was found in a folder of this device. */
export interface FoundFile {
  /** From the folder on, with the file's name. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** What its content is known by. */
  readonly bytes: () => Promise<BufferSource>
}

/** Above this a part has to be enough: nobody waits until a film was read. */
const WHOLE = 8 * 1024 * 1024
const PART = WHOLE / 2

/** A file of a folder that a person has chosen; of a large one size, beginning and end stand for the whole. */
export const foundFile = (file: File): FoundFile => ({
  path: file.webkitRelativePath || file.name,
  size: file.size,
  bytes: () =>
    file.size <= WHOLE
      ? file.arrayBuffer()
      : new Blob([`${file.size} `, file.slice(0, PART), file.slice(-PART)]).arrayBuffer(),
})

/** Names a content: SHA-256, in hex. */
export async function hashOf({ bytes }: FoundFile): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await bytes())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
