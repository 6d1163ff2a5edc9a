import { beforeEach, describe, expect, it } from 'vitest'
import type { TabMessage, Tabs } from './tabs.js'
import { createFakeBrowser, type FakeBrowser, type FakeTab } from './testing/fake-browser.js'
import { createManualPlatform, type ManualPlatform } from './testing/manual-platform.js'
import { createTabs, type TabLocks } from './web-tabs.js'

interface Tab {
  readonly host: FakeTab
  readonly tabs: Tabs
  readonly heard: TabMessage[]
  leads: boolean
  lost: number
}

let platform: ManualPlatform
let browser: FakeBrowser
let all: Tab[]

beforeEach(() => {
  platform = createManualPlatform()
  browser = createFakeBrowser()
  all = []
})

/** Opens a tab that wants to lead. */
function open(hasLocks = true, host = browser.open(hasLocks)): Tab {
  const timer: ManualPlatform['timer'] = (ms, fire) =>
    platform.timer(ms, () => host.frozen || fire())
  const tabs = createTabs('db', { ...platform, timer }, host)
  const tab: Tab = { host, tabs, heard: [], leads: false, lost: 0 }
  tabs.listen((message) => tab.heard.push(message))
  tabs.campaign(
    () => (tab.leads = true),
    () => {
      tab.leads = false
      tab.lost += 1
    },
  )
  all.push(tab)
  return tab
}

function die(tab: Tab): void {
  tab.leads = false
  tab.host.die()
}

const leaders = (): number[] => all.flatMap(({ leads }, i) => (leads ? [i] : []))

describe('[TAB1] with Web Locks', () => {
  it('one tab leads, and the next when it closes', async () => {
    const [first, second] = [open(), open(), open()]
    await platform.settle()
    expect(leaders()).toEqual([0])
    await platform.pass(60_000)
    expect(leaders()).toEqual([0])
    first.tabs.close()
    first.leads = false
    await platform.settle()
    expect(leaders()).toEqual([1])
    die(second)
    await platform.settle()
    expect(leaders()).toEqual([2])
  })

  it('a tab that stood down lets another lead, and waits in line again', async () => {
    const first = open()
    open()
    await platform.settle()
    first.leads = false
    first.tabs.resign()
    await platform.settle()
    expect(leaders()).toEqual([1])
    die(all[1]!)
    await platform.settle()
    expect(leaders()).toEqual([0])
  })
})

describe('[TAB2] a leader that does not answer', () => {
  it('is replaced within ten seconds, and hears of it when it thaws', async () => {
    const first = open()
    open()
    await platform.settle()
    first.host.frozen = true
    await platform.pass(10_000)
    expect(all[1]!.leads).toBe(true)
    await platform.settle()
    expect([first.lost, first.leads]).toEqual([1, false])
    first.host.frozen = false
    await platform.pass(60_000)
    expect(leaders()).toEqual([1])
  })

  it('is not replaced while it answers, or says anything as the leader', async () => {
    open()
    open()
    await platform.pass(600_000)
    expect(leaders()).toEqual([0])
    expect(all.map(({ lost }) => lost)).toEqual([0, 0])
  })

  it('may end while its lock is being stolen: the thief steals from itself, and leads', async () => {
    const first = open()
    const host = browser.open()
    const { request } = host.locks!
    let steal = (): void => undefined
    const locks: TabLocks = {
      request(name, options, granted) {
        if (options.steal !== true) return request(name, options, granted)
        return new Promise((resolve, reject) => {
          steal = () => void request(name, options, granted).then(resolve, reject)
        })
      },
    }
    const second = open(true, Object.assign(host, { locks }))
    await platform.settle()
    first.host.frozen = true
    await platform.pass(8000)
    die(first)
    await platform.settle()
    expect(leaders()).toEqual([1])
    steal()
    await platform.pass(60_000)
    expect([second.leads, second.lost]).toEqual([true, 0])
    const third = open()
    second.tabs.close()
    await platform.settle()
    expect(third.leads).toBe(true)
  })

  it('is replaced by one tab of many', async () => {
    const first = open()
    for (let i = 0; i < 4; i++) open()
    await platform.settle()
    first.host.frozen = true
    await platform.pass(30_000)
    expect(leaders()).toHaveLength(1)
    expect(leaders()).not.toContain(0)
  })
})

describe('[TAB3] without Web Locks, as on plain http', () => {
  it('a tab leads when nobody answers within 300 ms, and goes on alone', async () => {
    open(false)
    await platform.pass(299)
    expect(leaders()).toEqual([])
    await platform.pass(1)
    expect(leaders()).toEqual([0])
    open(false)
    await platform.pass(60_000)
    expect(leaders()).toEqual([0])
    die(all[0]!)
    await platform.pass(10_000)
    expect(leaders()).toEqual([1])
  })

  it('one leads of those that start together', async () => {
    for (let i = 0; i < 5; i++) {
      open(false)
      await platform.pass(70)
    }
    await platform.pass(60_000)
    expect(leaders()).toHaveLength(1)
  })

  it('a tab that is closed at once never leads', async () => {
    open(false).tabs.close()
    await platform.pass(10_000)
    expect(leaders()).toEqual([])
  })
})

it('[TAB4] a tab that was closed is given no slot', async () => {
  const { tabs } = open()
  tabs.close()
  await expect(tabs.slot()).rejects.toMatchObject({ code: 'CLOSED' })
})

describe('[TAB11] slots without Web Locks', () => {
  const slots = async (...tabs: readonly Tab[]): Promise<number[]> => {
    const found = Promise.all(tabs.map((tab) => tab.tabs.slot()))
    await platform.pass(300)
    return (await found).map((slot) => slot - 1000)
  }

  it('are the same after each load, when nobody else has it', async () => {
    expect(await slots(open(false))).toEqual([0])
    die(all[0]!)
    expect(await slots(open(false))).toEqual([0])
  })

  it('are the lowest that nobody holds', async () => {
    expect(await slots(open(false))).toEqual([0])
    expect(await slots(open(false))).toEqual([1])
    expect(await slots(open(false))).toEqual([2])
    die(all[1]!)
    expect(await slots(open(false))).toEqual([1])
  })

  it('differ for tabs that start together, or a moment after each other', async () => {
    expect(await slots(open(false))).toEqual([0])
    const tabs: Tab[] = []
    const found: Promise<number>[] = []
    for (let i = 0; i < 6; i++) {
      tabs.push(open(false))
      found.push(tabs[i]!.tabs.slot())
      await platform.pass(i < 3 ? 0 : 110)
    }
    await platform.pass(300)
    expect(new Set(await Promise.all(found)).size).toBe(6)
    expect(await found[0]).not.toBe(1000)
  })
})

describe('[TAB4] slots', () => {
  it('are the lowest that no living tab holds', async () => {
    const tabs = [open(), open(), open()]
    expect(await Promise.all(tabs.map((tab) => tab.tabs.slot()))).toEqual([0, 1, 2])
    die(tabs[1]!)
    expect(await open().tabs.slot()).toBe(1)
    expect(await open().tabs.slot()).toBe(3)
  })
})

describe('[TAB5] messages', () => {
  it('reach all other tabs, and nobody after close', () => {
    const [first, second, third] = [open(), open(), open()]
    const message: TabMessage = { type: 'rejected' }
    first.tabs.post(message)
    expect(
      [first, second, third].map(({ heard }) => heard.filter((one) => one === message).length),
    ).toEqual([0, 1, 1])
    first.tabs.close()
    first.tabs.post(message)
    second.tabs.post(message)
    expect(first.heard.filter((one) => one === message)).toEqual([])
    expect(third.heard.filter((one) => one === message)).toHaveLength(2)
  })
})
