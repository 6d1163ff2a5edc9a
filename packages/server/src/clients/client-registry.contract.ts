import type { Owners } from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClientDisk } from './client-disk.js'
import { type Arrival, type ClientRegistry, createClientRegistry } from './client-registry.js'

/** A place that outlives the registries opened over it. */
export interface RegistryBench {
  /** Opens what is there; the one before is closed. */
  open(): Promise<ClientDisk>
  /** Copies what is there, as a backup does; nothing is open. */
  backup(): Promise<void>
  /** Puts the copy in place; nothing is open. */
  restore(): Promise<void>
  close(): Promise<void>
  destroy(): Promise<void>
}

const day = 86_400_000

/** What every disk of clients does. */
export function clientRegistryContract(
  name: string,
  createBench: () => Promise<RegistryBench>,
): void {
  describe(`clients on ${name}`, () => {
    let bench: RegistryBench
    let registry: ClientRegistry
    let now: number
    let ids: number
    const errors: unknown[] = []

    const open = async (): Promise<void> => {
      registry = createClientRegistry(await bench.open(), {
        now: () => now,
        id: () => `id${ids++}`,
        digest: (text) => `digest of ${text}`,
        report: (error) => void errors.push(error),
      })
    }
    const reopen = async (): Promise<void> => {
      await registry.close()
      await bench.close()
      await open()
    }
    const connect = async (generation?: string, more: Partial<Arrival> = {}): Promise<string> => {
      const arrival = { client: 'a', secret: 's', principal: 'a', generation, ...more }
      return (await registry.admit(arrival)).generation
    }
    /** Connects, and saves the token that it is given. */
    const visit = async (generation?: string): Promise<string> => {
      const next = await connect(generation)
      await registry.saved('a', next)
      return next
    }
    const code = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'ok',
        (error: { code: string }) => error.code,
      )

    beforeEach(async () => {
      now = 1_700_000_000_000
      ids = 0
      errors.length = 0
      bench = await createBench()
      await open()
    })
    afterEach(async () => {
      expect(errors).toEqual([])
      await registry.close()
      await bench.close()
      await bench.destroy()
    })

    it('[IDN1] 65: registers who is not known, and knows it again by its secret', async () => {
      const first = await connect()
      expect(await code(connect(first, { secret: 'another' }))).toBe('FORGED_CLIENT')
      await reopen()
      expect(await code(connect(first, { secret: 'another' }))).toBe('FORGED_CLIENT')
      expect(await code(connect(first))).toBe('ok')
      expect(await code(connect(undefined, { client: 'b', secret: 'another' }))).toBe('ok')
    })

    it('[IDN1] a client is remembered for 400 days, and begins anew after', async () => {
      const first = await connect()
      now += 400 * day
      await reopen()
      expect(await code(connect(first, { secret: 'another' }))).toBe('FORGED_CLIENT')
      now += day
      await reopen()
      expect(await code(connect(first, { secret: 'another' }))).toBe('ok')
    })

    it('[IDN2] 79: a token that had its time is CLIENT_FORKED', async () => {
      const first = await visit()
      const second = await visit(first)
      expect(second).not.toBe(first)
      expect(await code(connect(first))).toBe('CLIENT_FORKED')
      expect(await code(connect())).toBe('CLIENT_FORKED')
      await reopen()
      expect(await code(connect(first))).toBe('CLIENT_FORKED')
      expect(await code(connect(second))).toBe('ok')
    })

    it('[IDN2] using the next token is proof that it was saved', async () => {
      const first = await connect()
      const second = await connect(first)
      expect(await code(connect())).toBe('CLIENT_FORKED')
      await connect(second)
      expect(await code(connect(first))).toBe('CLIENT_FORKED')
    })

    it('[IDN3] who could not save a token comes with the one before, again and again', async () => {
      const first = await visit()
      for (let i = 0; i < 100; i++) await connect(first)
      await reopen()
      const last = await connect(first)
      await registry.saved('a', last)
      expect(await code(connect(first))).toBe('CLIENT_FORKED')
      expect(await code(connect(last))).toBe('ok')
    })

    it.each([0, 1])(
      '[IDN3] two connects race, and number %i is the one that lasts',
      async (kept) => {
        const first = await visit()
        const both = await Promise.all([connect(first), connect(first)])
        // The other line was given up, its token never saved.
        expect(await code(connect(both[kept]))).toBe('ok')
      },
    )

    it('[IDN4] of two copies with one token the first that saves it goes on, the other is told', async () => {
      const first = await visit()
      const [one, two] = await Promise.all([connect(first), connect(first)])
      await registry.saved('a', two)
      expect(await code(registry.saved('a', one))).toBe('CLIENT_FORKED')
      expect(await code(connect(one))).toBe('CLIENT_FORKED')
      expect(await code(connect(two))).toBe('ok')
    })

    it('[IDN5] a server that forgot, or was restored, takes the tokens that it does not know', async () => {
      const first = await visit()
      await registry.close()
      await bench.close()
      await bench.backup()
      await open()
      const second = await visit(first)
      const third = await visit(second)
      await registry.close()
      await bench.close()
      await bench.restore()
      await open()
      const fourth = await visit(third)
      expect(await code(connect(first))).toBe('CLIENT_FORKED')
      expect(await code(connect(third))).toBe('CLIENT_FORKED')
      expect(await code(connect(fourth))).toBe('ok')
    })

    it('[IDN5] also where a restored one has given the number of a token to another', async () => {
      const first = await visit()
      await registry.close()
      await bench.close()
      await bench.backup()
      await open()
      // Saved late, when its line is gone already.
      const late = await connect(first)
      await registry.close()
      await bench.close()
      await bench.restore()
      await open()
      const other = await connect(first)
      expect(Number.parseInt(other, 36)).toBe(Number.parseInt(late, 36))
      const next = await visit(late)
      expect(await code(connect(other))).toBe('CLIENT_FORKED')
      expect(await code(connect(next))).toBe('ok')
    })

    it('[IDN2] a token that had its time long ago is known as such', async () => {
      const first = await visit()
      let last = first
      for (let i = 0; i < 100; i++) last = await visit(last)
      expect(await code(connect(first))).toBe('CLIENT_FORKED')
      expect(await code(connect())).toBe('CLIENT_FORKED')
    })

    it('[IDN6] many that come at once are all registered, and written together', async () => {
      const all = Array.from({ length: 200 }, (_, i) => connect(undefined, { client: `c${i}` }))
      expect(new Set(await Promise.all(all)).size).toBe(200)
      await reopen()
      const wrong = all.map((_, i) => code(connect('', { client: `c${i}`, secret: 'x' })))
      expect(new Set(await Promise.all(wrong))).toEqual(new Set(['FORGED_CLIENT']))
    })

    describe('owner ids', () => {
      const bind = async (client: string, principal: string, owners?: Owners) => {
        const token = principal === 'anon' ? undefined : `of ${principal}`
        return (await registry.admit({ client, secret: `of ${client}`, principal, token, owners }))
          .owners
      }

      it('[IDN7] are bound to client and principal, first come; another one is left out', async () => {
        const mine = { client: 'oc1', principal: 'op1' }
        expect(await bind('a', 'ann', mine)).toEqual({ client: ['oc1'], principal: ['op1'] })
        expect(await bind('b', 'ben', mine)).toEqual({ client: [], principal: [] })
        await reopen()
        expect(await bind('c', 'ben', mine)).toEqual({ client: [], principal: [] })
        const swapped = { client: 'op1', principal: 'oc1' }
        expect(await bind('d', 'ann', swapped)).toEqual({ client: [], principal: ['op1'] })
        const twice = { client: 'one', principal: 'one' }
        expect(await bind('e', 'eve', twice)).toEqual({ client: ['one'], principal: [] })
      })

      it('[IDN7] of one principal are known on all of its devices', async () => {
        await bind('a', 'ann', { client: 'oc1', principal: 'op1' })
        const second = await bind('b', 'ann', { client: 'oc2', principal: 'op2' })
        expect(second).toEqual({ client: ['oc2'], principal: ['op1', 'op2'] })
        await reopen()
        const third = await bind('c', 'ann')
        expect(third).toEqual({ client: [], principal: ['op1', 'op2'] })
      })

      it('[IDN7] two that claim one id at a time do not both get it', async () => {
        const ids = { client: 'oc', principal: 'op' }
        const both = await Promise.all([bind('a', 'ann', ids), bind('b', 'ben', ids)])
        expect(both.filter(({ client }) => client.length > 0)).toHaveLength(1)
        expect(both.filter(({ principal }) => principal.length > 0)).toHaveLength(1)
      })

      it('[IDN8] of nobody in particular goes along with who signs in on that device, and with no other', async () => {
        const mine = { client: 'oc1', principal: 'op1' }
        await bind('a', 'a', mine)
        await reopen()
        expect(await bind('b', 'ben', mine)).toEqual({ client: [], principal: [] })
        expect(await bind('a', 'ann', mine)).toEqual({ client: ['oc1'], principal: ['op1'] })
        expect(await bind('a', 'ben', mine)).toEqual({ client: ['oc1'], principal: [] })
        expect(await bind('a', 'a', mine)).toEqual({ client: ['oc1'], principal: ['op1'] })
      })

      it('[IDN8] of whoever comes without a token are nobody’s, also under a name that others have, too', async () => {
        const mine = { client: 'oc1', principal: 'op1' }
        expect(await bind('a', 'anon', mine)).toEqual({ client: ['oc1'], principal: ['op1'] })
        const other = { client: 'oc2', principal: 'op2' }
        expect(await bind('b', 'anon', other)).toEqual({ client: ['oc2'], principal: ['op2'] })
        expect(await bind('b', 'anon', mine)).toEqual({ client: ['oc2'], principal: ['op2'] })
        await reopen()
        expect(await bind('a', 'ann', mine)).toEqual({ client: ['oc1'], principal: ['op1'] })
        expect(await bind('c', 'ann')).toEqual({ client: [], principal: ['op1'] })
      })

      it('[FORK6] are those of copies of a disk as well, which have its secret', async () => {
        const owners = { client: 'oc1', principal: 'op1' }
        const arrive = (client: string) =>
          registry.admit({ client, secret: 'one secret', principal: client, owners })
        const sets = { client: ['oc1'], principal: ['op1'] }
        expect((await arrive('a')).owners).toEqual(sets)
        expect((await arrive('copy of a')).owners).toEqual(sets)
      })
    })
  })
}
