/** Runs the benchmarks, which have dependencies and a lock of their own. */
import { ensureInstalled } from './ensure-installed.mjs'
import { root, runAll } from './run.mjs'

await ensureInstalled()
await runAll(['tsc', '-b', 'test'])
await ensureInstalled(`${root}/bench`)
await runAll(['node', 'bench/main.mjs', ...process.argv.slice(2)])
