import { expect, type Locator, type Page } from '@playwright/test'
import type { Profile } from './browser.js'
import type { System } from './fixtures.js'

/** The library page, as a person uses it. */
export interface Library {
  readonly page: Page
  readonly files: Locator
  file(name: string): Locator
  /** Chooses files as those of a folder of this device: their contents, by path. */
  index(folder: Readonly<Record<string, string>>): Promise<void>
  /** Takes in the sample folder. */
  indexSample(): Promise<void>
  name(device: string): Promise<void>
  /** Opens a file beside the list. */
  open(name: string): Promise<Locator>
  tag(name: string, tag: string): Promise<void>
  show(list: 'Files' | 'Duplicates'): Promise<void>
  /** What is shown as having duplicates: the words of each. */
  duplicates(): Promise<string[]>
  readonly devices: Locator
  offline(): Promise<void>
  /** Waits until everything is in the log, and all of the log is here. */
  synced(): Promise<void>
}

/** Opens the library in a tab. */
export async function openLibrary(
  profile: Pick<Profile, 'open'>,
  { origin }: System,
  search = '',
): Promise<Library> {
  return libraryOn(await profile.open(`${origin}/library/${search}`))
}

/** The library in a tab where it is open. */
export function libraryOn(page: Page): Library {
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
  const files = page.getByRole('listbox', { name: 'Files' }).getByRole('option')
  const file = (name: string): Locator => files.filter({ hasText: name })
  const panel = page.getByRole('complementary', { name: 'File' })
  const open = async (name: string): Promise<Locator> => {
    await file(name).first().click()
    return panel
  }
  return {
    page,
    files,
    file,
    async index(folder) {
      await expect(button('Sample of 2,000')).toBeEnabled()
      await page.evaluate(chooseFolder, folder)
    },
    indexSample: () => button('Sample of 2,000').click(),
    async name(device) {
      await page.getByLabel('This device is called').fill(device)
      await page.getByLabel('This device is called').press('Enter')
    },
    open,
    async tag(name, tag) {
      await (await open(name)).getByLabel('Add a tag').fill(tag)
      await page.keyboard.press('Enter')
      await expect(panel.getByRole('button', { name: `Remove ${tag}` })).toBeVisible()
    },
    show: (list) => page.getByRole('group', { name: 'Show' }).getByText(list).click(),
    duplicates: () =>
      page.getByRole('listbox', { name: 'Duplicates' }).getByRole('option').allInnerTexts(),
    devices: page.getByRole('list', { name: 'Devices of the library' }).getByRole('listitem'),
    offline: () => page.getByRole('switch', { name: 'Work offline' }).click(),
    synced: () =>
      expect(page.locator('.status')).toHaveAttribute('data-state', 'synced', { timeout: 40_000 }),
  }
}

/** Runs in the page: gives it files with the paths that they have in a folder which a person chose. */
function chooseFolder(folder: Readonly<Record<string, string>>): void {
  const input = document.querySelector('input[type=file]')
  if (input === null) throw new Error('there is nowhere to choose a folder')
  const files = Object.entries(folder).map(([path, content]) =>
    Object.defineProperty(new File([content], path.split('/').at(-1) ?? ''), 'webkitRelativePath', {
      value: path,
    }),
  )
  Object.defineProperty(input, 'files', { configurable: true, value: files })
  input.dispatchEvent(new Event('change', { bubbles: true }))
}
