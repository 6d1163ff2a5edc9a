import type { Locator, Page } from '@playwright/test'
import { openContacts } from './demo.js'
import { expect, shot, test } from './fixtures.js'

test('[E2E18] text that is being typed is saved without leaving the field: a reload or a closed tab keeps it', async ({
  system,
}) => {
  const profile = await system.profile()
  const anna = await openContacts(profile, system)
  const ben = await openContacts(await system.profile(), system)
  await anna.add({ Name: 'Ada', Notes: 'She' })
  await anna.field('Notes').click()
  await anna.page.keyboard.press('End')
  await anna.page.keyboard.type(' wrote the first program')
  await anna.page.reload()
  await expect(anna.field('Notes')).toHaveValue('She wrote the first program')
  await ben.page.getByRole('listbox').getByRole('option').click()
  await expect(ben.field('Notes')).toHaveValue('She wrote the first program')

  await anna.field('Company').click()
  await anna.page.keyboard.type('Engines')
  await expect(ben.field('Company')).toHaveValue('Engines')
  await expect(anna.field('Company')).toBeFocused()
  await anna.page.keyboard.type(' Ltd')
  // Synced may still be said of what was typed before: seen elsewhere, this is saved too.
  await expect(ben.field('Company')).toHaveValue('Engines Ltd')
  await profile.context.newPage()
  await anna.page.close()
  const again = await openContacts(profile, system)
  await again.page.getByRole('listbox').getByRole('option').click()
  await expect(again.field('Company')).toHaveValue('Engines Ltd')
})

test('[E2E18] someone new and the name of the address book are kept while they are typed', async ({
  system,
}) => {
  const profile = await system.profile()
  const anna = await openContacts(profile, system)
  await anna.page.getByRole('button', { name: /rename/ }).click()
  await anna.page.keyboard.type('Our choir')
  await anna.page.reload()
  await expect(anna.page.getByRole('heading', { name: 'Our choir' })).toBeVisible()
  await anna.page.getByRole('button', { name: /rename/ }).click()
  await anna.page.keyboard.type('Nothing')
  await anna.page.keyboard.press('Escape')
  await expect(anna.page.getByRole('heading', { name: 'Our choir' })).toBeVisible()

  await anna.page.getByRole('button', { name: 'New contact' }).first().click()
  await anna.page.keyboard.type('Ada')
  await profile.context.newPage()
  await anna.page.close()
  const again = await openContacts(profile, system)
  await again.page.getByRole('button', { name: 'New contact' }).first().click()
  await expect(again.page.getByRole('form').getByLabel('Name')).toHaveValue('Ada')
  await again.page.getByRole('button', { name: 'Save contact' }).click()
  await again.shows('Ada')
})

test('[E2E18] what others write neither moves the caret nor takes typed text away', async ({
  system,
}) => {
  const anna = await openContacts(await system.profile(), system)
  const ben = await openContacts(await system.profile(), system)
  await anna.add({ Name: 'Ada', Company: 'Engines' })
  await ben.page.getByRole('listbox').getByRole('option').click()
  await anna.field('Company').click()
  await anna.page.keyboard.press('Home')
  await anna.page.keyboard.type('Good ')
  await expect(ben.field('Company')).toHaveValue('Good Engines')
  await ben.edit('Ada', 'Company', 'Mills')
  await expect(anna.page.getByRole('article')).toContainText('Someone else wrote Mills')
  await anna.page.keyboard.type('old ')
  await expect(anna.field('Company')).toHaveValue('Good old Engines')
  await expect(ben.field('Company')).toHaveValue('Good old Engines')
  await expect(ben.page.getByRole('article')).toContainText('You had Mills')
  await shot(anna.page, 'typed-over')
  await anna.page.getByRole('button', { name: 'Take theirs' }).click()
  await expect(anna.field('Company')).toHaveValue('Mills')
  await expect(ben.field('Company')).toHaveValue('Mills')

  await anna.field('Company').press('End')
  await anna.page.keyboard.type(' & Sons')
  await expect(ben.field('Company')).toHaveValue('Mills & Sons')
  await anna.page.keyboard.press('Escape')
  await expect(ben.field('Company')).toHaveValue('Mills')
})

test('[E2E18] a text that is refused while it is typed is kept once, as it was in the end', async ({
  system,
}) => {
  const anna = await openContacts(await system.profile(), system)
  await anna.add({ Name: 'Ada', Phone: '1' })
  const refused = anna.page.getByRole('button', { name: /^Refused/ })
  await anna.field('Phone').fill('')
  for (const part of ['CALL', ' ME', ' NOW']) {
    await anna.page.keyboard.type(part)
    await expect(refused).toContainText('1')
    await anna.synced()
  }
  await anna.field('Phone').press('Enter')
  const note = anna.page.getByRole('article').getByText('The server did not take')
  await expect(note).toContainText('CALL ME NOW')
  await expect(refused).toContainText('1')
  await anna.page.getByRole('button', { name: 'Correct it' }).click()
  await expect(anna.field('Phone')).toHaveValue('CALL ME NOW')
  await anna.field('Phone').fill('2')
  await expect(refused).toContainText('0')
  await anna.field('Phone').press('Enter')
  await expect(anna.field('Phone')).toHaveValue('2')
  await expect(note).toHaveCount(0)
})

for (const [name, size] of [
  ['wide', { width: 1280, height: 800 }],
  ['narrow', { width: 375, height: 700 }],
] as const) {
  test(`[E2E19] the word about a refused edit covers nothing to press, and goes away: ${name}`, async ({
    system,
  }) => {
    const anna = await openContacts(await system.profile(), system)
    const { page } = anna
    await page.setViewportSize(size)
    await page.clock.install()
    await anna.add({ Name: 'Ada', Phone: '1' })
    await refuse('CALL ME')
    await shot(page, `refused-word-${name}`)
    const word = toast(page)
    for (const below of ['Deleted', 'Refused', 'Keyboard']) {
      await uncovered(page.getByRole('navigation').getByRole('button', { name: below }))
    }
    await uncovered(page.locator('summary'))
    await page.clock.runFor(9_000)
    await expect(word).toHaveCount(0)

    await refuse('NEVER')
    await word.getByRole('button', { name: 'Dismiss' }).focus()
    await page.clock.runFor(9_000)
    await page.keyboard.press('Enter')
    await expect(word).toHaveCount(0)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('contacts')

    await refuse('NO')
    await word.getByRole('button', { name: 'Show' }).click()
    await expect(page.getByRole('heading', { name: 'Refused edits' })).toBeVisible()

    /** Writes a phone number that is refused, and leaves the contact before that is known. */
    async function refuse(phone: string): Promise<void> {
      await page.goto(`${system.origin}/contacts/`)
      await page.getByRole('listbox').getByRole('option').click()
      await anna.field('Phone').fill(phone)
      await page.evaluate(() => (location.hash = ''))
      await expect(toast(page)).toContainText('A phone number has no letters')
    }
  })
}

const toast = (page: Page): Locator => page.locator('.toast')

/** A click on its middle would reach it. */
const uncovered = (button: Locator): Promise<void> => button.click({ trial: true, timeout: 2_000 })
