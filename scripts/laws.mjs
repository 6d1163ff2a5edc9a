/** The laws of the core with ten times the rounds of `npm test`; options are passed on. */
import { run } from './run.mjs'

const options = process.argv.slice(2)
const { code } = await run('vitest', ['run', '--project', 'core', '.laws', ...options], {
  env: { LAW_FACTOR: '10' },
})
process.exitCode = code
