/** The floor of a local write: an LWW map with a stamp, an outbox entry and an immutable row. */
export class MinimalMap {
  rows = new Map()
  outbox = []
  listeners = new Map()
  #n = 0

  set(key, field, value) {
    const row = this.rows.get(key)
    const n = ++this.#n
    const stamp = `0mhabcdef${(n % 46_656).toString(36).padStart(3, '0')}abcdefgh`
    const values = { ...row?.values, [field]: value }
    const stamps = { ...row?.stamps, [field]: stamp }
    this.rows.set(key, { values, stamps })
    this.outbox.push([n, stamp, [['=', key, field, value]]])
    this.listeners.get(key)?.()
  }
}
