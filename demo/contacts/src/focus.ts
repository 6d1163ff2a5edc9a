/** The id of the field that Enter in the list leads to. */
export const NAME_FIELD_ID = 'field-name'

/** The id of the pane beside the list. */
export const SIDE_ID = 'side'

/** Moves the focus to an element that exists now or after the next render. */
export function focusOn(id: string): void {
  const now = document.getElementById(id)
  if (now !== null) now.focus()
  requestAnimationFrame(() => document.getElementById(id)?.focus())
}

/** Tells whether someone is typing there, so that letters are letters and not commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select')
}
