/** Runs the benchmarks, which have dependencies and a lock of their own. */
import { existsSync } from 'node:fs'
import { ensureInstalled } from './ensure-installed.mjs'
import { root, runAll } from './run.mjs'

await ensureInstalled()
await runAll(['tsc', '-b', 'test'])
if (!existsSync(`${root}/bench/node_modules`)) await runAll(['npm', 'ci', '--prefix', 'bench'])
await runAll(['node', 'bench/main.mjs', ...process.argv.slice(2)])
