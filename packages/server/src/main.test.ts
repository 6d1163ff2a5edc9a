import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Client, makeEvent } from './loopback.contract.js'
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
  let errors = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data))
  child.stderr.on('data', (data) => (errors += data))
  const exited = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    text,
    errors,
  }))
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
    for (const help of ['--help', '-h']) {
      const { code, text } = await run(help).exited
      expect([code, text]).toEqual([0, expect.stringContaining('--origin URL')])
    }
    expect((await run('--version').exited).text).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('[CLI1] reads its options, with defaults that work', () => {
    expect(readCliOptions([])).toMatchObject({
      port: 4321,
      host: '127.0.0.1',
      data: 'collab.sqlite',
      origins: undefined,
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

  it('[CLI1] lets pages of this machine connect, at the port that it has', async () => {
    const server = run('--port=0', '--data=:memory:')
    const port = await server.port()
    const own = [`http://localhost:${port}`, `http://127.0.0.1:${port}`]
    server.child.kill('SIGTERM')
    expect((await server.exited).text).toContain(`"origins":${JSON.stringify(own)}`)
  })

  const bad: readonly string[][] = [
    ['--port', 'x'],
    ['--port', '-1'],
    ['--retention-days', '-1'],
    ['--retention-days', '1.5'],
    ['--port', '65536'],
    ['--port', '123456'],
    ['--port=-1'],
    ['--teleport'],
    ['--host='],
    ['--static='],
    ['--config='],
  ]
  it.each(bad.map((args) => [args.join(' '), args] as const))(
    '[CLI2] names the option in %s',
    (_, args) => {
      expect(() => readCliOptions(args)).toThrow(new RegExp(args[0]!.split('=')[0]!))
    },
  )

  it('[CLI2] says what a number must be', () => {
    const says = '--port must be a whole number from 0 to 65535; it is'
    expect(() => readCliOptions(['--port', 'x'])).toThrow(`${says} "x"`)
    expect(() => readCliOptions(['--port', '65536'])).toThrow(says)
    expect(() => readCliOptions(['--retention-days', '-1', '--keep-history'])).toThrow(
      '--retention-days must be a whole number of days from 0 to 99999; it is "-1"',
    )
    expect(() => readCliOptions(['--retention-entries', '1.5'])).toThrow(
      '--retention-entries must be a whole number from 0 on; it is "1.5"',
    )
  })

  /** What a run that does not start says; it is one line, without a stack. */
  async function failure(...args: string[]) {
    const { code, errors } = await run(...args).exited
    expect(errors).toMatch(/^react-collab-server: [^\n]+\n$/)
    return [code, errors.slice('react-collab-server: '.length).trim()]
  }

  it('[CLI2] says in one line why it cannot run, with exit code 1', async () => {
    const data = join(folder, 'one.sqlite')
    const first = run('--port=0', `--data=${data}`)
    const port = await first.port()
    const failures = await Promise.all([
      failure(`--port=${port}`, '--data=:memory:'),
      failure('--port=0', `--data=${data}`),
      failure('--port=0', `--data=${main}/x.sqlite`),
      failure('--port=0', '--data=:memory:', '--host=192.0.2.1'),
    ])
    const reasons = [`port ${port} is in use`, 'LOG_LOCKED', 'LOG_FAILED', 'is not 192.0.2.1']
    expect(failures).toEqual(reasons.map((reason) => [1, expect.stringContaining(reason)]))
  })

  it('[CLI2] says in one line what is wrong with the command line, with exit code 2', async () => {
    const start = (arg: string) => failure('--port=0', '--data=:memory:', arg)
    expect(
      await Promise.all(['--origin=*', '--static=none', '--teleport', 'x'].map(start)),
    ).toEqual([
      [2, 'ORIGIN: * is no origin; write it like https://app.example'],
      [2, 'BAD_VALUE: --static none: there is no such folder'],
      [2, "BAD_VALUE: Unknown option '--teleport'; --help lists the options"],
      [2, "BAD_VALUE: Unexpected argument 'x'; --help lists the options"],
    ])
  })

  it('[CLI2] names the file and the line of a config that does not load', async () => {
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
    write('syntax.mjs', 'export const a = 1\n\nexport const authorize = () = true\n')
    write('imports.mjs', "import './syntax.mjs'\n")
    write('throws.mjs', '\n\nfoo.bar()\n')
    write('missing.mjs', "import { nothing } from 'node:fs'\n")
    write('empty.mjs', 'export const guard = () => undefined\n')
    write('misspelt.mjs', 'export const autorize = () => true\n')
    const start = (name: string) => failure('--port=0', '--data=:memory:', `--config=${name}.mjs`)
    const names = ['none', 'syntax', 'imports', 'throws', 'missing', 'empty', 'misspelt']
    const reasons = [
      'none.mjs: there is no such file',
      'syntax.mjs: it cannot be loaded: syntax.mjs:3: Unexpected token',
      'imports.mjs: it cannot be loaded: syntax.mjs:3: Unexpected token',
      'throws.mjs: it cannot be loaded: throws.mjs:3: foo is not defined',
      'missing.mjs: it cannot be loaded: missing.mjs:1: The requested module',
      'empty.mjs: it has to export authorize',
      'misspelt.mjs: it exports autorize, which means nothing here',
    ]
    expect(await Promise.all(names.map(start))).toEqual(
      reasons.map((reason) => [2, expect.stringContaining(`BAD_VALUE: --config ${reason}`)]),
    )
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
      expect([path, ...(await get(path))]).toEqual([path, 404, 'text/plain', '404 Not Found\n'])
    }
  })

  it('[CLI6] prints the log of a data file, when no server has it open', async () => {
    const data = join(folder, 'three.sqlite')
    const server = run('--port=0', `--data=${data}`)
    const client = new Client(`http://127.0.0.1:${await server.port()}`)
    await client.join()
    await client.write(3, 'o', 'x'.repeat(50_000))
    expect(await failure('log', `--data=${data}`)).toEqual([
      1,
      `LOG_LOCKED: ${data}: a server has it open; stop it, or read a copy that server.backup(path) makes`,
    ])
    // After a crash it is read with what lies beside it, and the server goes on as ever.
    server.child.kill('SIGKILL')
    await server.exited
    const entries = await run('log', `--data=${data}`, '--object=o', '--as=entries').exited
    expect([entries.code, entries.errors, entries.text.split('\n').length]).toEqual([0, '', 4])
    const again = run('--port=0', `--data=${data}`)
    await again.port()
    again.child.kill('SIGTERM')
    await again.exited
    const changes = await run('log', `--data=${data}`, '--object=o', '--after=1').exited
    expect([changes.code, changes.text.split('\n').map((line) => line.slice(0, 1))]).toEqual([
      0,
      ['2', '3', ''],
    ])
    expect(await failure('log', '--data=none.sqlite')).toEqual([
      2,
      'BAD_VALUE: --data none.sqlite: there is no such file',
    ])
    expect((await run('log', '--help').exited).text).toContain('--as FORM')
  })

  it('[CLI7] ends quietly when its reader has enough', async () => {
    const data = join(folder, 'three.sqlite')
    const { child, exited } = run('log', `--data=${data}`, '--object=o', '--as=entries')
    child.stdout.destroy()
    const { code, errors } = await exited
    expect([code, errors]).toEqual([0, ''])
  })

  it('[CLI5] takes authorize and the rest from a module', async () => {
    const config = join(folder, 'config.mjs')
    writeFileSync(config, 'export const authorize = ({ object }) => object === "mine"')
    const url = `http://127.0.0.1:${await run('--port=0', '--data=:memory:', `--config=${config}`).port()}`
    const client = new Client(url)
    await client.join('mine')
    await expect(client.join('yours')).rejects.toThrow('FORBIDDEN')
  })

  it('[OPT1] takes from the config what belongs to its functions and schema', async () => {
    const config = join(folder, 'limits.mjs')
    writeFileSync(
      config,
      `export const authenticate = (token) => token ?? new Promise(() => {})
       export const authorize = () => true
       export const policyTimeoutMs = 20
       export const schemaFloor = 2
       export const limits = { joins: 1 }`,
    )
    const url = `http://127.0.0.1:${await run('--port=0', '--data=:memory:', `--config=${config}`).port()}`
    const client = new Client(url, { token: 'ada', schema: 2 })
    await client.join('one')
    await expect(client.join('two')).rejects.toThrow('JOIN_LIMIT')
    const old = new Client(url, { token: 'ada', schema: 1 })
    await old.closed
    expect(old.fatals.map(({ code }) => code)).toEqual(['CLIENT_TOO_OLD'])
    const hung = new Client(url, { schema: 2 })
    await hung.closed
    expect(hung.fatals.map(({ code }) => code)).toEqual(['TIMEOUT'])
  })

  it('[OPT2] takes the drift of clocks from the command line', async () => {
    const codeAt = async (maxDriftMs: number) => {
      const server = run('--port=0', '--data=:memory:', `--max-drift-ms=${maxDriftMs}`)
      const client = new Client(`http://127.0.0.1:${await server.port()}`)
      await client.join()
      const event = makeEvent(client.replica, 1, 1, Date.now() + 60_000)
      return client.codeOf('push', client.pushOf([event]))
    }
    expect(await Promise.all([codeAt(0), codeAt(3_600_000)])).toEqual(['CLOCK_AHEAD', 'ok'])
  })

  const startWith = (name: string, text: string) => {
    writeFileSync(
      join(folder, `${name}.mjs`),
      `export const authorize = () => true; export const ${text}`,
    )
    return failure('--port=0', '--data=:memory:', `--config=${name}.mjs`)
  }

  it('[OPT9] says where an option belongs that a config exports', async () => {
    const elsewhere = [
      ['maxDriftMs = 5', 'it exports maxDriftMs: use --max-drift-ms'],
      ['origins = []', 'it exports origins: use --origin'],
      ['retention = {}', 'it exports retention: use --retention-days, --retention-entries and'],
      ['http = 5', 'it exports http: it is an option of createServer'],
      ['x = 5', 'it exports x, which means nothing here; there are authorize'],
    ] as const
    expect(
      await Promise.all(elsewhere.map(([text], i) => startWith(`elsewhere${i}`, text))),
    ).toEqual(elsewhere.map(([, says]) => [2, expect.stringContaining(says)]))
  })

  it('[OPT3] names what an option cannot be, and where it stands', async () => {
    const wrong = [
      ["policyTimeoutMs = '5 s'", 'policyTimeoutMs has to be a whole number from 1 to 2147483647'],
      ['schemaFloor = 0', 'schemaFloor has to be a whole number from 1 to'],
      ['limits = 5', 'limits has to be an object of limits'],
      ['limits = { join: 1 }', 'limits has no join; there are joins'],
      ['limits = { joins: -1 }', 'limits.joins has to be a whole number above 0; it is -1'],
      [
        'limits = { pageEvents: 0.1 }',
        'limits.pageEvents has to be a whole number above 0; it is 0.1',
      ],
      ["schema = 'x'", 'schema has to be what defineSchema returned'],
      ['schema = {}', 'schema has to be what defineSchema returned'],
    ] as const
    expect(await Promise.all(wrong.map(([text], i) => startWith(`bad${i}`, text)))).toEqual(
      wrong.map(([, says], i) => [
        2,
        expect.stringMatching(`BAD_VALUE: --config bad${i}.mjs: .*${says}`),
      ]),
    )
    const rule = '--max-drift-ms must be a whole number of milliseconds from 0 to 2147483647; it is'
    for (const bad of ['-1', '0.5', 'x', ''])
      expect(() => readCliOptions([`--max-drift-ms=${bad}`])).toThrow(`${rule} "${bad}"`)
    expect(() => readCliOptions(['--max-drift-ms=2147483648'])).toThrow(`${rule} 2147483648`)
  })

  it('[PUR8] takes the days after which deleted rows go, if it has a schema', async () => {
    const days = 86_400_000
    expect(readCliOptions(['--purge-deleted-after=30']).purgeDeletedAfterMs).toBe(30 * days)
    expect(readCliOptions([]).purgeDeletedAfterMs).toBeUndefined()
    for (const bad of ['0', '-1', '1.5', 'x', '', '100000'])
      expect(() => readCliOptions([`--purge-deleted-after=${bad}`])).toThrow(
        `--purge-deleted-after must be a whole number of days from 1 to 99999; it is "${bad}"`,
      )
    const start = ['--port=0', '--data=:memory:', '--purge-deleted-after=30'] as const
    const says = '--purge-deleted-after needs a schema: export it from the --config file'
    expect(await failure(...start)).toEqual([2, expect.stringContaining(says)])
    const config = join(folder, 'schema.mjs')
    writeFileSync(
      config,
      'export const authorize = () => true; export const schema = { version: 1, objects: {} }',
    )
    await run(...start, `--config=${config}`).port()
  })
})
