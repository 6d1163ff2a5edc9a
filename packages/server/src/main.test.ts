import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Client } from './loopback.contract.js'
import { readCliOptions } from './cli-options.js'

const manifest = createRequire(import.meta.url).resolve('@react-collab/server/package.json')
const main = join(dirname(manifest), 'dist', 'main.js')
const folder = mkdtempSync(join(tmpdir(), 'collab-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function run(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder })
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data))
  const exited = once(child, 'exit').then(([code]) => ({ code: code as number | null, text }))
  const port = async (): Promise<number> => {
    for (;;) {
      const found = /"port":(\d+)/.exec(text)
      if (found) return Number(found[1])
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  return { child, exited, port }
}

describe('the executable', () => {
  it('[CLI1] prints its help and version', async () => {
    expect((await run('--help').exited).text).toContain('--origin URL')
    expect((await run('--version').exited).text).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('[CLI1] reads its options, with defaults that work', () => {
    expect(readCliOptions([])).toMatchObject({
      port: 4321,
      host: '127.0.0.1',
      data: 'collab.sqlite',
      origins: ['http://localhost:4321', 'http://127.0.0.1:4321'],
    })
    const options = readCliOptions([
      '--port=0',
      '--origin',
      'https://a.b',
      '--origin',
      'https://c.d',
    ])
    expect(options).toMatchObject({ port: 0, origins: ['https://a.b', 'https://c.d'] })
  })

  const bad: readonly string[][] = [
    ['--port', 'x'],
    ['--port', '65536'],
    ['--teleport'],
    ['--host='],
  ]
  it.each(bad.map((args) => [args.join(' '), args] as const))(
    '[CLI2] names the option in %s',
    (_, args) => {
      expect(() => readCliOptions(args)).toThrow(new RegExp(args[0]!.split('=')[0]!))
    },
  )

  it('[CLI2] says in one line why it cannot start', async () => {
    const data = join(folder, 'one.sqlite')
    const first = run('--port=0', `--data=${data}`)
    const port = await first.port()
    const failures = await Promise.all([
      run(`--port=${port}`, '--data=:memory:').exited,
      run('--port=0', `--data=${data}`).exited,
      run('--port=0', `--data=${main}/x.sqlite`).exited,
      run('--port=0', '--data=:memory:', '--origin=*').exited,
      run('--port=0', '--data=:memory:', '--config=none.mjs').exited,
    ])
    const reasons = ['port is in use', 'LOG_LOCKED', 'LOG_FAILED', 'ORIGIN', 'none.mjs']
    for (const [i, { code, text }] of failures.entries()) {
      expect([i, code]).toEqual([i, 1])
      expect(text).toMatch(new RegExp(`react-collab-server: .*${reasons[i]}`))
      expect(text).not.toContain('    at ')
    }
  })

  it('[CLI3] serves, and stops within 5 seconds when it is told to, with all that was pushed', async () => {
    const data = join(folder, 'two.sqlite')
    const first = run('--port=0', `--data=${data}`)
    const client = new Client(`http://127.0.0.1:${await first.port()}`)
    await client.join()
    await client.write(10)
    first.child.kill('SIGTERM')
    expect((await first.exited).code).toBe(0)
    expect(client.fatals.map(({ code }) => code)).toEqual(['SHUTTING_DOWN'])
    const second = run('--port=0', `--data=${data}`)
    const again = new Client(`http://127.0.0.1:${await second.port()}`)
    expect((await again.join()).head).toBe(10)
  })

  it('[CLI4] serves the files of a folder, and nothing outside of it', async () => {
    const site = join(folder, 'site')
    mkdirSync(join(site, 'app'), { recursive: true })
    writeFileSync(join(site, 'index.html'), '<p>root')
    writeFileSync(join(site, 'app', 'index.html'), '<p>app')
    writeFileSync(join(site, 'app', 'a b.js'), '1')
    writeFileSync(join(site, '.secret'), 'secret')
    writeFileSync(join(folder, 'outside.txt'), 'outside')
    const base = `http://127.0.0.1:${await run('--port=0', '--data=:memory:', `--static=${site}`).port()}`
    const get = async (path: string) => {
      const response = await fetch(base + path)
      return [response.status, response.headers.get('content-type'), await response.text()]
    }
    const html = 'text/html; charset=utf-8'
    expect(await get('/')).toEqual([200, html, '<p>root'])
    expect(await get('/app/?q=1')).toEqual([200, html, '<p>app'])
    expect(await get('/app')).toEqual([200, html, '<p>app'])
    expect((await get('/app/a%20b.js')).slice(0, 2)).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ])
    expect((await get('/health'))[0]).toBe(200)
    for (const path of [
      '/none',
      '/.secret',
      '/%2e%2e/outside.txt',
      '/..%2foutside.txt',
      '/%00',
      '/%',
    ]) {
      expect([path, (await get(path))[0]]).toEqual([path, 404])
    }
  })

  it('[CLI5] takes authorize and the rest from a module', async () => {
    const config = join(folder, 'config.mjs')
    writeFileSync(config, 'export const authorize = ({ object }) => object === "mine"')
    const url = `http://127.0.0.1:${await run('--port=0', '--data=:memory:', `--config=${config}`).port()}`
    const client = new Client(url)
    await client.join('mine')
    await expect(client.join('yours')).rejects.toThrow('FORBIDDEN')
  })
})
