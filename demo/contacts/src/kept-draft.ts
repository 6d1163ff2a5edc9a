/**
 * Keeps what is being typed over a reload or a crash of the page.
 *
 * Such a storage is written at once. A save is not: a page that goes away cannot wait for it.
 */
interface Drafts {
  keep(name: string, draft: unknown): void
  kept<T>(name: string): T | undefined
}

/** Drafts of this tab alone. */
export const tabDrafts: Drafts = draftsIn(() => sessionStorage)

/** Drafts of this browser: they outlive the tab. */
export const browserDrafts: Drafts = draftsIn(() => localStorage)

function draftsIn(storage: () => Storage): Drafts {
  return {
    keep(name, draft) {
      try {
        if (draft === undefined) storage().removeItem(name)
        else storage().setItem(name, JSON.stringify(draft))
      } catch {
        // Without a storage typed text lives as long as the page.
      }
    },
    kept<T>(name: string) {
      try {
        const text = storage().getItem(name)
        return text === null ? undefined : (JSON.parse(text) as T)
      } catch {
        return undefined
      }
    },
  }
}
