import type { Page } from '@playwright/test'
import { expect, freeze, shot, test } from './fixtures.js'
import { type Notes, openNotes } from './notes.js'

/** The carets of others, in a textarea or in CodeMirror, as the line and place where they stand. */
const flags = (page: Page): ReturnType<Page['locator']> =>
  page.locator('.collab-flag, .cm-peerFlag').filter({ visible: true })

const people = (page: Page): ReturnType<Page['locator']> =>
  page.getByRole('list', { name: 'Also here' }).getByRole('listitem')

/** Calls oneself something. */
async function introduce({ page }: Notes, name: string, color: string): Promise<void> {
  await page.getByRole('button', { name: /^You are/ }).click()
  await page.getByLabel('What others call you').fill(name)
  await page.getByRole('radio', { name: color }).check({ force: true })
  await page.keyboard.press('Escape')
}

/** The middle of the left edge of somebody's caret, within the page. */
async function caretAt(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.locator('.collab-caret, .cm-peerCaret').first().boundingBox()
  if (box === null) throw new Error('no caret is shown')
  return { x: box.x, y: box.y + box.height / 2 }
}

/** Where the letter at `index` stands in an editor. */
const letterAt = ({ body }: Notes, index: number): Promise<{ x: number; y: number }> =>
  body.evaluate((editor, at) => {
    const range = document.createRange()
    const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT)
    let left = at
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const length = node.textContent?.length ?? 0
      if (left <= length) {
        range.setStart(node, left)
        range.collapse(true)
        const { x, y, height } = range.getBoundingClientRect()
        return { x, y: y + height / 2 }
      }
      left -= length
    }
    throw new Error('there is no such letter')
  }, index)

/** Where a text ends that the first line of a textarea begins with. */
const endOf = ({ body }: Notes, text: string): Promise<number> =>
  body.evaluate((area, begun) => {
    const { font, paddingLeft } = getComputedStyle(area)
    const canvas = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D
    canvas.font = font
    const { x } = area.getBoundingClientRect()
    return x + Number.parseFloat(paddingLeft) + canvas.measureText(begun).width
  }, text)

test('[E2E34] two browsers see each other’s carets move as they type, in a textarea and in CodeMirror', async ({
  system,
}) => {
  const anna = await openNotes(await system.profile(), system)
  const ben = await openNotes(await system.profile(), system)
  await introduce(anna, 'Anna', 'Pink')
  await introduce(ben, 'Ben', 'Blue')
  await anna.begin('Plan')
  await ben.choose('Plan')
  await expect(people(anna.page)).toHaveText(/Ben/)
  await expect(people(ben.page)).toHaveText(/Anna/)
  await ben.writeIn('CodeMirror')

  await anna.page.keyboard.type('We meet at noon. Bring the maps.')
  await expect(flags(ben.page)).toHaveText('Anna')
  await expect.poll(ben.text).toBe('We meet at noon. Bring the maps.')
  const end = await letterAt(ben, 32)
  await expect.poll(async () => Math.abs((await caretAt(ben.page)).x - end.x)).toBeLessThan(3)

  // Ben writes before it: the caret is carried along.
  await ben.page.keyboard.press('Control+Home')
  await ben.page.keyboard.type('Plan: ')
  await expect.poll(anna.text).toBe('Plan: We meet at noon. Bring the maps.')
  await expect(flags(anna.page)).toHaveText('Ben')
  const written = await endOf(anna, 'Plan: ')
  await expect.poll(async () => Math.abs((await caretAt(anna.page)).x - written)).toBeLessThan(3)
  const moved = await letterAt(ben, 38)
  await expect.poll(async () => Math.abs((await caretAt(ben.page)).x - moved.x)).toBeLessThan(3)

  // What is selected is shown as well.
  for (let i = 0; i < 5; i++) await anna.page.keyboard.press('Shift+ArrowLeft')
  await expect(ben.page.locator('.cm-peerSelection')).toHaveCount(1)
  await ben.page.keyboard.press('Control+End')
  for (let i = 0; i < 4; i++) await ben.page.keyboard.press('Shift+Control+ArrowLeft')
  await expect(anna.page.locator('.collab-selection')).toHaveCount(1)
  await shot(anna.page, 'carets-plain')
  await shot(ben.page, 'carets-codemirror')

  // Whoever leaves the text has no caret in it.
  await ben.page.getByLabel('Title', { exact: true }).focus()
  await expect(flags(anna.page)).toHaveCount(1)
  await ben.page.getByRole('button', { name: /^You are/ }).focus()
  await expect(flags(anna.page)).toHaveCount(0)
})

test('[E2E35] a tab that is closed or dies is gone, a line that comes back brings people back', async ({
  system,
}) => {
  const annas = await system.profile()
  const anna = await openNotes(annas, system)
  const bens = await system.profile()
  const ben = await openNotes(bens, system)
  await anna.begin('Plan')
  await ben.choose('Plan')
  await ben.body.click()
  await expect(people(anna.page)).toHaveCount(1)
  await expect(anna.page.locator('.collab-caret')).toHaveCount(1)

  // Two tabs of one browser see each other, also without a line.
  const second = await openNotes(annas, system)
  await second.choose('Plan')
  const line = anna.page.getByRole('switch', { name: 'Work offline' })
  await line.click()
  await expect(people(ben.page)).toHaveCount(0)
  await second.body.click()
  await expect(anna.page.locator('.collab-caret')).toHaveCount(2)
  await expect(people(anna.page)).toHaveCount(1, { timeout: 25_000 })
  await expect(anna.page.locator('.collab-caret')).toHaveCount(1)
  await second.page.close()
  await expect(people(anna.page)).toHaveCount(0)
  await line.click()
  await expect(people(anna.page)).toHaveCount(1)
  await expect(people(ben.page)).toHaveCount(1)

  await bens.kill()
  await expect(people(anna.page)).toHaveCount(0)
  await bens.restart()
  await openNotes(bens, system)
  await expect(people(anna.page)).toHaveCount(1)
})

test('[E2E35] a tab that crashes leaves nobody behind, whether it leads or not; one that freezes is back when it thaws', async ({
  system,
}) => {
  const annas = await system.freezable()
  const anna = await openNotes(annas, system)
  const bens = await system.profile()
  const lead = await openNotes(bens, system)
  await lead.begin('Plan')
  await anna.choose('Plan')
  const other = await openNotes(bens, system)
  await other.choose('Plan')
  await other.body.click()
  await expect(anna.page.locator('.collab-caret')).toHaveCount(2)
  crash(other.page)
  await expect(anna.page.locator('.collab-caret')).toHaveCount(1, { timeout: 20_000 })
  await expect(people(lead.page)).toHaveCount(1)

  const thaw = await freeze(anna.page)
  await expect(people(lead.page)).toHaveCount(0)
  await thaw()
  await expect(people(lead.page)).toHaveCount(1)
  await expect(people(anna.page)).toHaveCount(1)
  crash(lead.page)
  await expect(people(anna.page)).toHaveCount(0)
})

/** Ends the process of a tab; nobody tells when it has. */
function crash(page: Page): void {
  page.goto('chrome://crash').catch(() => undefined)
}
