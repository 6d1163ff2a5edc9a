import { expect, shot, test } from './fixtures.js'
import { openNotes } from './notes.js'

const wordsOf = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}${i}`)

test('[E2E24] two people write one note, in a textarea and in CodeMirror, and every word is kept', async ({
  system,
}) => {
  const anna = await openNotes(await system.profile(), system)
  const ben = await openNotes(await system.profile(), system)
  await anna.begin('Plan')
  await anna.page.keyboard.type('top\n\nbottom')
  await anna.writeIn('Plain')
  await ben.choose('Plan')
  await ben.writeIn('CodeMirror')
  await expect.poll(ben.text).toBe('top\n\nbottom')

  // Anna writes in the middle, Ben at the end, at once.
  await anna.page.keyboard.press('Control+Home')
  await anna.page.keyboard.press('ArrowDown')
  await ben.page.keyboard.press('Control+End')
  const [annas, bens] = [wordsOf('anna', 12), wordsOf('ben', 12)]
  await Promise.all([
    anna.page.keyboard.type(annas.slice(0, 6).join(' '), { delay: 12 }),
    ben.page.keyboard.type(` ${bens.slice(0, 6).join(' ')}`, { delay: 12 }),
  ])
  await anna.synced()
  await ben.synced()
  await expect.poll(ben.text).toBe(await anna.text())

  // Anna goes on without a line, Ben with one.
  const line = anna.page.getByRole('switch', { name: 'Work offline' })
  await line.click()
  await anna.body.focus()
  await Promise.all([
    anna.page.keyboard.type(` ${annas.slice(6).join(' ')}`, { delay: 8 }),
    ben.page.keyboard.type(` ${bens.slice(6).join(' ')}`, { delay: 8 }),
  ])
  expect(await anna.text()).toBe(`top\n${annas.join(' ')}\nbottom ${bens.slice(0, 6).join(' ')}`)
  await line.click()
  await anna.synced()
  await ben.synced()

  const whole = `top\n${annas.join(' ')}\nbottom ${bens.join(' ')}`
  await expect.poll(anna.text).toBe(whole)
  await expect.poll(ben.text).toBe(whole)
  await anna.body.focus()
  expect(await anna.beforeCaret()).toBe(`top\n${annas.join(' ')}`)
  expect(await ben.beforeCaret()).toBe(whole)
  await shot(anna.page, 'notes-plain')
  await shot(ben.page, 'notes-codemirror')
  await anna.page.reload()
  await expect.poll(anna.text).toBe(whole)
})

test('[E2E24] two people write in one line at once, and undo takes back what one wrote', async ({
  system,
}) => {
  const anna = await openNotes(await system.profile(), system)
  const ben = await openNotes(await system.profile(), system)
  await anna.begin('Line')
  await anna.page.keyboard.type('[]')
  await ben.choose('Line')
  await ben.writeIn('CodeMirror')
  await expect.poll(ben.text).toBe('[]')
  await anna.page.keyboard.press('ArrowLeft')
  await ben.page.keyboard.press('End')
  await Promise.all([
    anna.page.keyboard.type('one two three', { delay: 15 }),
    ben.page.keyboard.type('four five six', { delay: 15 }),
  ])
  const both = '[one two three]four five six'
  await expect.poll(anna.text).toBe(both)
  await expect.poll(ben.text).toBe(both)
  expect(await anna.beforeCaret()).toBe('[one two three')
  expect(await ben.beforeCaret()).toBe(both)

  await ben.page.keyboard.press('Control+z')
  await expect.poll(anna.text).toBe('[one two three]')
  await ben.page.getByRole('button', { name: 'Redo' }).click()
  await expect.poll(anna.text).toBe(both)
  await anna.page.getByRole('button', { name: 'Delete note' }).click()
  await expect(ben.page.getByText('This note was deleted.')).toBeVisible()
  await anna.page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(ben.text).toBe(both)
})

test('[E2E36] what is folded in a note stays folded while somebody else types in it', async ({
  system,
}) => {
  const anna = await openNotes(await system.profile(), system)
  const ben = await openNotes(await system.profile(), system)
  await anna.begin('Fold')
  await anna.page.keyboard.type('one two three')
  await anna.writeIn('Plain')
  await ben.choose('Fold')
  await ben.writeIn('CodeMirror')
  await expect.poll(ben.text).toBe('one two three')

  // Anna folds "two", and goes on behind it.
  await anna.page.keyboard.press('Control+Home')
  for (let i = 0; i < 4; i++) await anna.page.keyboard.press('ArrowRight')
  for (let i = 0; i < 3; i++) await anna.page.keyboard.press('Shift+ArrowRight')
  await anna.page.getByRole('button', { name: 'Fold selection' }).click()
  await expect.poll(anna.text).toBe('one … three')
  await anna.page.keyboard.press('Control+End')

  await ben.page.keyboard.press('Control+Home')
  for (let i = 0; i < 5; i++) await ben.page.keyboard.press('ArrowRight')
  await Promise.all([
    ben.page.keyboard.type('WWW', { delay: 15 }),
    anna.page.keyboard.type(' four', { delay: 15 }),
  ])
  await anna.synced()
  await ben.synced()
  await expect.poll(ben.text).toBe('one tWWWwo three four')
  expect(await anna.text()).toBe('one … three four')
  expect(await anna.beforeCaret()).toBe('one … three four')
  await shot(anna.page, 'notes-folded')
  await anna.page.getByRole('button', { name: 'tWWWwo' }).click()
  await expect.poll(anna.text).toBe('one tWWWwo three four')
})
