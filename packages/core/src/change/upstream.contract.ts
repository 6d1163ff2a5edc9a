/**
 * Where upstream's cases are: beside the project, because they are not part of it.
 *
 * `OT_DATA` names another folder. Where they are not there their tests are skipped, but not in CI.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const beside = fileURLToPath(new URL('../../../../../shared/data/ot', import.meta.url))

/** The folder of the cases. */
export const upstreamFolder = process.env['OT_DATA'] ?? beside

/** Are the tests to be skipped? In CI they fail instead. */
export const isUpstreamMissing = !existsSync(upstreamFolder) && process.env['CI'] === undefined
