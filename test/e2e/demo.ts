import { expect, type Locator, type Page } from '@playwright/test'
import type { Profile } from './browser.js'
import type { System } from './fixtures.js'

/** What a person fills in, by label. */
type Fields = Readonly<Record<string, string>>

/** The contacts page, as a person uses it. */
export interface Contacts {
  readonly page: Page
  /** How the edits stand: the line in the header. */
  readonly status: Locator
  add(fields: Fields): Promise<void>
  /** Opens a contact and writes one of its fields. */
  edit(name: string, field: string, text: string): Promise<void>
  /** The open contact's field. */
  field(label: string): Locator
  /** All contacts: the two lines of each. */
  rows(): Promise<string[]>
  /** Waits until the list shows exactly these names. */
  shows(...names: string[]): Promise<void>
  /** Waits until everything is in the log, and all of the log is here. */
  synced(): Promise<void>
}

/** Opens the contacts in a tab. */
export async function openContacts(
  profile: Pick<Profile, 'open'>,
  { origin }: System,
): Promise<Contacts> {
  return contactsOn(await profile.open(`${origin}/contacts/`))
}

/** The contacts in a tab where they are open. */
export function contactsOn(page: Page): Contacts {
  const status = page.locator('.status')
  const field = (label: string): Locator =>
    page.getByRole('article').getByLabel(label, { exact: true })
  return {
    page,
    status,
    field,
    async add(fields) {
      await page.getByRole('button', { name: 'New contact' }).first().click()
      const form = page.getByRole('form', { name: 'New contact' })
      for (const [label, text] of Object.entries(fields)) {
        await form.getByLabel(label, { exact: true }).fill(text)
      }
      await form.getByRole('button', { name: 'Save contact' }).click()
      await expect(page.getByRole('article', { name: fields['Name'] ?? '' })).toBeVisible()
      await saved(status)
    },
    async edit(name, label, text) {
      await page.getByRole('listbox').getByRole('option').filter({ hasText: name }).click()
      await field(label).fill(text)
      await field(label).press('Enter')
      await saved(status)
    },
    rows: () => page.getByRole('listbox').getByRole('option').locator('.row-text').allInnerTexts(),
    async shows(...names) {
      await expect(page.getByRole('listbox').getByRole('option').locator('.row-name')).toHaveText(
        names,
      )
    },
    synced: () => expect(status).toHaveAttribute('data-state', 'synced', { timeout: 20_000 }),
  }
}

/** Waits until everything is on this device's disk. */
const saved = (status: Locator): Promise<void> =>
  expect(status).toHaveAttribute('data-state', /offline|syncing|synced/)

/** Waits until the page would open without a network. */
export async function readyForOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
}

/** Waits until every edit of a page is on this device's disk: leaving is asked about while any is not. */
export const allStored = (page: Page): Promise<void> =>
  expect
    .poll(() => page.evaluate(() => dispatchEvent(new Event('beforeunload', { cancelable: true }))))
    .toBe(true)
