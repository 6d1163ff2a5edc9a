import { execFile } from 'node:child_process'
import { execPath } from 'node:process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('[USE4] a module that has a client keeps no process alive that only renders', async () => {
  const program = `
    import { createElement } from 'react'
    import { renderToString } from 'react-dom/server'
    import { CollabProvider, createClient, useSharedObject } from 'react-collab'
    const client = createClient({ url: 'http://127.0.0.1:9' })
    const Title = () => useSharedObject('o')[0]?.title ?? 'unknown'
    console.log(renderToString(createElement(CollabProvider, { client }, createElement(Title))))
  `
  const args = ['--input-type=module', '--eval', program]
  const { stdout, stderr } = await run(execPath, args, {
    cwd: import.meta.dirname,
    timeout: 20_000,
  })
  expect([stdout, stderr]).toEqual(['unknown\n', ''])
})
