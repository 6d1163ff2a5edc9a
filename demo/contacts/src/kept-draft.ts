/**
 * Keeps what is being typed over a reload or a crash of the page; it is this tab's own.
 *
 * The session's storage is written at once. A save is not: a page that goes away cannot wait for it.
 */
export function keepDraft(name: string, draft: unknown): void {
  try {
    if (draft === undefined) sessionStorage.removeItem(name)
    else sessionStorage.setItem(name, JSON.stringify(draft))
  } catch {
    // Without a storage typed text lives as long as the page.
  }
}

/** Reads what was typed before the page was loaded. */
export function keptDraft<T>(name: string): T | undefined {
  try {
    const text = sessionStorage.getItem(name)
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}
