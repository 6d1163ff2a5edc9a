const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** A size for people: "1.2 MB". */
export function sizeWords(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const digits = step === 0 ? 0 : 1
  return `${(bytes / 1000 ** step).toFixed(digits)} ${units[step]}`
}

/** Counts in words: "1 file", "2,000 files". */
export const countWords = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

/** The folder that a path names. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end < 0 ? '' : path.slice(0, end)
}
