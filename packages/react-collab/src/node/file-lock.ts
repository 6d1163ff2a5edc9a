/**
 * One holder at a time for a file, also after `kill -9` of the last one.
 *
 * Node has no lock that the system gives back, so the lock is a file that names its holder, made
 * whole by `link`; it is stale when no such process runs. A name is more than a pid, which may be
 * given out again: on Linux it has the boot and the start time. Not for drives that computers
 * share.
 */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { kill, pid as ownPid } from 'node:process'
import { StorageError } from '@react-collab/core'

const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(() => undefined)

const blocked = (path: string): StorageError =>
  new StorageError('BLOCKED', `a running process holds ${path}`)

function isRunning(pid: number): boolean {
  try {
    return kill(pid, 0)
  } catch (error) {
    // The process of somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function nameOf(pid: number): Promise<string | undefined> {
  if (!Number.isSafeInteger(pid) || pid < 1 || !isRunning(pid)) return undefined
  const boot = await readText('/proc/sys/kernel/random/boot_id')
  const stat = await readText(`/proc/${pid}/stat`)
  // The second field is in brackets and may hold anything; the start time is the 22nd.
  const start = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return `${pid} ${boot?.trim() ?? ''} ${start ?? ''}`
}

const isHeld = async (holder: string): Promise<boolean> =>
  (await nameOf(Number.parseInt(holder, 10))) === holder

/** Takes the lock at `path`; throws `BLOCKED`. Returns how to give it back. */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const own = (await nameOf(ownPid)) as string
  const draft = `${path}.${ownPid}`
  for (let tries = 0; tries < 5; tries++) {
    await writeFile(draft, own)
    const taken = await link(draft, path).then(
      () => true,
      () => false,
    )
    await rm(draft, { force: true })
    if (taken) return () => rm(path, { force: true })
    const holder = await readText(path)
    if (holder === undefined) continue
    if (await isHeld(holder)) throw blocked(path)
    await breakLock(path, holder)
  }
  throw blocked(path)
}

/** Takes a stale lock away; one that came in its place meanwhile is put back. */
async function breakLock(path: string, stale: string): Promise<void> {
  const aside = `${path}.${ownPid}.stale`
  await rename(path, aside).catch(() => undefined)
  const found = await readText(aside)
  if (found !== undefined && found !== stale) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}
