import { expect, type Locator, type Page } from '@playwright/test'
import type { Profile } from './browser.js'
import { allStored } from './demo.js'
import type { System } from './fixtures.js'

/** The notes page, as a person uses it. */
export interface Notes {
  readonly page: Page
  /** The names of the notes, as the list has them. */
  readonly names: Locator
  /** Where the open note's text is written. */
  readonly body: Locator
  /** Begins a note, and leaves the caret in its text. */
  begin(title: string): Promise<void>
  /** Opens a note that is in the list. */
  choose(title: string): Promise<void>
  writeIn(editor: 'Plain' | 'CodeMirror' | 'Read'): Promise<void>
  /** The text of the open note. */
  text(): Promise<string>
  /** What stands before the caret. */
  beforeCaret(): Promise<string>
  /** Waits until everything is on this device's disk. */
  stored(): Promise<void>
  /** Waits until everything is in the log, and all of the log is here. */
  synced(): Promise<void>
}

/** Opens the notes in a tab. */
export async function openNotes(
  profile: Pick<Profile, 'open'>,
  { origin }: System,
): Promise<Notes> {
  const page = await profile.open(`${origin}/notes/`)
  await page.evaluate(() => (localStorage['notes: editor'] ??= 'plain'))
  const names = page.getByRole('navigation').locator('.note-name')
  const body = page.getByLabel('Text', { exact: true })
  return {
    page,
    names,
    body,
    async begin(title) {
      await page.getByRole('button', { name: 'New note' }).first().click()
      await expect(page.getByLabel('Title', { exact: true })).toBeFocused()
      await page.keyboard.type(title)
      await body.click()
    },
    choose: (title) => names.filter({ hasText: title }).click(),
    async writeIn(editor) {
      await page.getByRole('radio', { name: editor }).check()
      await expect(page.locator('.cm-editor')).toHaveCount(editor === 'CodeMirror' ? 1 : 0)
      await body.click()
    },
    text: () => textIn(body),
    beforeCaret: () => body.evaluate(beforeCaretIn),
    stored: () => allStored(page),
    synced: () =>
      expect(page.locator('.status')).toHaveAttribute('data-state', 'synced', { timeout: 20_000 }),
  }
}

/** What an editor or a reading view shows. */
export const textIn = (body: Locator): Promise<string> => body.evaluate(textOf)

// These two run in the page: they see nothing of this file.

function textOf(body: HTMLElement | SVGElement): string {
  if (body instanceof HTMLTextAreaElement) return body.value
  const lines = [...body.querySelectorAll('.cm-line')]
  return lines.map((line) => line.textContent).join('\n')
}

function beforeCaretIn(body: HTMLElement | SVGElement): string {
  if (body instanceof HTMLTextAreaElement) return body.value.slice(0, body.selectionStart)
  const selection = getSelection()
  const range = document.createRange()
  const lines = [...body.querySelectorAll('.cm-line')]
  const at = selection?.focusNode
  const line = lines.findIndex((each) => each.contains(at ?? null))
  const own = lines[line]
  if (at === null || at === undefined || own === undefined) return 'the caret is elsewhere'
  range.setStart(own, 0)
  range.setEnd(at, selection?.focusOffset ?? 0)
  const above = lines.slice(0, line).map((each) => `${each.textContent}\n`)
  return above.join('') + range.toString()
}
