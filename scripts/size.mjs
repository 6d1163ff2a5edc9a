/** Checks the size of what an app pays for, minified and compressed: the budgets in .size-limit.json. */
import { readFileSync } from 'node:fs'
import { root, runAll } from './run.mjs'

await runAll(['tsc', '-b', 'packages/react-collab'])

const budgets = JSON.parse(readFileSync(`${root}/.size-limit.json`, 'utf8'))
const built = await import('../packages/react-collab/dist/index.js')
const missing = budgets.flatMap(namesOf).filter((name) => !(name in built))
if (missing.length > 0) {
  console.log(`size: not measured, react-collab does not export ${missing.join(', ')} yet`)
} else {
  await runAll(['size-limit', ...process.argv.slice(2)])
}

function namesOf(budget) {
  return budget.import.match(/\w+/g)
}
