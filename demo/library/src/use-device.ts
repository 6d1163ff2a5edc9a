import { useEffect, useMemo } from 'react'
import { type PoolClient, useClientPool, useOwner } from 'react-collab'
import { playedDevice } from '../../shell/device.js'
import { usePerson } from '../../shell/person.js'
import { deviceColors } from './device-colors.js'
import { type DeviceCard, ref, useRows } from './schema.js'

/** The row in which a device says what it is called. */
const CARD = 'card'

/** A device of the library: what it says of itself, and what the pool of clients knows of it. */
export interface LibraryDevice {
  /** What files refer to. */
  readonly id: string
  readonly name: string
  /** No other device's, as long as there are enough. */
  readonly color: string
  readonly isMe: boolean
  /** Undefined while nothing of it has come. */
  readonly client: PoolClient | undefined
}

/** All devices of a library, this one first, and how to name this one. */
export interface LibraryDevices {
  readonly all: readonly LibraryDevice[]
  readonly byId: ReadonlyMap<string, LibraryDevice>
  /** Undefined until the disk was read. */
  readonly mine: LibraryDevice | undefined
  readonly rename: (name: string) => void
}

/** Reads the devices, and sees to it that this one has a card. */
export function useDevices(library: string): LibraryDevices {
  const target = useMemo(() => ref.library(library), [library])
  const { status, data, add, update } = useRows(target, 'devices', { orderBy: 'name' })
  const { clients } = useClientPool(target)
  const [person] = usePerson()
  const { color } = person
  const name = playedDevice() === undefined ? person.name : `${person.name} (${playedDevice()})`
  const me = useOwner()
  const card = data?.find(({ owner }) => owner === me)
  const client = clients?.find(({ isMe }) => isMe)?.id

  useEffect(() => {
    if (status !== 'ready') return
    if (card === undefined) add({ id: CARD, name, color })
    else if (client !== undefined && (card.client !== client || card.color !== color))
      update(card.id, { client, color })
    // oxlint-disable-next-line react/exhaustive-deps -- a card keeps the name that it was made with
  }, [status, card, client, color, add, update])

  return useMemo(() => {
    const colors = deviceColors(data ?? [])
    const all = (data ?? []).map((each) => ({
      ...deviceOf(each, clients ?? [], me),
      color: colors.get(each.id) ?? '',
    }))
    const mine = all.find(({ isMe }) => isMe)
    return {
      all: all.toSorted((a, b) => Number(b.isMe) - Number(a.isMe)),
      byId: new Map(all.map((device) => [device.id, device])),
      mine,
      rename: (next) => void (mine && update(mine.id, { name: next })),
    }
  }, [data, clients, me, update])
}

const deviceOf = (
  { id, owner, name, client }: DeviceCard,
  clients: readonly PoolClient[],
  me: string | undefined,
): Omit<LibraryDevice, 'color'> => ({
  id,
  name: name ?? 'A device',
  isMe: owner === me,
  client: clients.find((each) => each.id === client),
})
