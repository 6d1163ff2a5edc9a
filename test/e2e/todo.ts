import { expect, type Locator, type Page } from '@playwright/test'
import type { Profile } from './browser.js'
import { allStored } from './demo.js'
import type { System } from './fixtures.js'

/** The todo page, as a person uses it. */
export interface Todos {
  readonly page: Page
  readonly items: Locator
  item(text: string): Locator
  add(...texts: string[]): Promise<void>
  /** Drags a todo by its dots onto another one's place. */
  drag(text: string, onto: string): Promise<void>
  /** Moves a todo with the keyboard. */
  press(text: string, key: string): Promise<void>
  /** Waits until exactly these are shown, in this order. */
  shows(...texts: string[]): Promise<void>
  texts(): Promise<string[]>
  /** Waits until everything is on this device's disk. */
  stored(): Promise<void>
  /** Waits until everything is in the log, and all of the log is here. */
  synced(): Promise<void>
}

/** Opens the todos in a tab. */
export async function openTodos(
  profile: Pick<Profile, 'open'>,
  { origin }: System,
  hash = '',
): Promise<Todos> {
  const page = await profile.open(`${origin}/todo/${hash}`)
  const items = page.getByRole('listitem').filter({ has: page.locator('.grip') })
  const item = (text: string): Locator => items.filter({ hasText: text })
  const grip = (text: string): Locator => item(text).getByRole('button', { name: `Move ${text}` })
  return {
    page,
    items,
    item,
    async add(...texts) {
      const input = page.getByLabel('What needs to be done?')
      for (const text of texts) {
        await input.fill(text)
        await input.press('Enter')
      }
    },
    async drag(text, onto) {
      const from = await centerOf(grip(text))
      const to = await centerOf(grip(onto))
      const past = to.y > from.y ? 4 : -4
      await page.mouse.move(from.x, from.y)
      await page.mouse.down()
      await page.mouse.move(from.x, (from.y + to.y) / 2)
      await page.mouse.move(to.x, to.y + past)
      await page.mouse.up()
    },
    async press(text, key) {
      await grip(text).press(key)
    },
    shows: (...texts) => expect(items.locator('.text')).toHaveText(texts),
    texts: () => items.locator('.text').allInnerTexts(),
    stored: () => allStored(page),
    synced: () =>
      expect(page.locator('.status')).toHaveAttribute('data-state', 'synced', { timeout: 20_000 }),
  }
}

async function centerOf(locator: Locator): Promise<{ x: number; y: number }> {
  await locator.scrollIntoViewIfNeeded()
  const box = await locator.boundingBox()
  if (box === null) throw new Error('what is to be dragged is not there')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
