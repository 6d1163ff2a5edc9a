/** What a writer wrote, where it came in the log, and whose value stood then. */
export interface CountedWrite {
  readonly property: string
  readonly value: string
  readonly over?: string
  readonly seq?: number
  readonly standing?: number
}

/** Counts the conflicts of every writer, by its number. */
export function countConflicts(
  writers: readonly { readonly number: number; readonly writes: readonly CountedWrite[] }[],
): Map<number, { won: number; lost: number }>
