import { EditorView } from '@codemirror/view'
import { expect, it } from 'vitest'
import { foldText } from '../folded-text.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { collabText } from './collab-text.js'

const tick = (ms = 0): Promise<unknown> => new Promise((next) => setTimeout(next, ms))

it('[CM7] an editor shows a folded text as folded, and edits it as what it shows', async () => {
  const client = createTestClient(createFakeServer())
  const { object } = client.open('doc')
  await client.loaded('doc')
  const text = object.text('body')
  text.insert(0, 'one two three')
  const folded = foldText(text)
  const view = new EditorView({ doc: folded.toString(), extensions: [collabText(folded)] })
  const shown = (): string => view.state.doc.toString()
  folded.fold(4, 7)
  expect(shown()).toBe('one … three')
  view.dispatch({ selection: { anchor: 5 } })
  text.insert(5, 'WW')
  text.insert(0, '> ')
  expect([shown(), view.state.selection.main.head]).toEqual(['> one … three', 7])
  view.dispatch({ changes: { from: 7, insert: '!' } })
  expect(text.toString()).toBe('> one tWWwo! three')
  // Backspace on the placeholder: the editor has deleted it, and shows what was hidden.
  view.dispatch({ changes: { from: 6, to: 7 } })
  await tick()
  expect(shown()).toBe('> one tWWwo! three')
  folded.fold(6, 11)
  view.dispatch({ changes: { from: 4, to: 8, insert: '' } })
  expect([shown(), text.toString()]).toEqual(['> on three', '> on three'])
  view.destroy()
  await client.close()
})
