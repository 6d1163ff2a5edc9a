/**
 * Where upstream's cases are: beside the project, because they are not part of it.
 *
 * `OT_DATA` names another folder. Where they are not there their tests are skipped, unless
 * `OT_REQUIRED` is set, as `.ci/run` does: they fail then.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../../../', import.meta.url)

/** Beside the project, or beside a folder that it lies in. */
const places = ['../', '../../', '../../../'].map((up) =>
  fileURLToPath(new URL(`${up}shared/data/ot`, root)),
)

/** The folder of the cases. */
export const upstreamFolder: string =
  process.env['OT_DATA'] ?? places.find((place) => existsSync(place)) ?? (places[0] as string)

/** Are the tests to be skipped? */
export const isUpstreamMissing: boolean =
  !existsSync(upstreamFolder) && process.env['OT_REQUIRED'] === undefined
