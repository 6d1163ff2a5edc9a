import {
  type CollabError,
  counter,
  defineSchema,
  list,
  local,
  marks,
  object,
  owned,
  ref,
  shared,
  text,
  type TextRange,
  value,
  type Value,
} from '@react-collab/core'
import { describe, expectTypeOf, it } from 'vitest'
import {
  createCollab as createSuspenseCollab,
  useRows as useReadyRows,
  useSharedObject as useReadyObject,
} from '../suspense/index.js'
import type { Peer } from '../presence/roster.js'
import { createCollab } from './create-collab.js'
import type { ValueItem } from './target.js'
import { useAnchor } from './use-anchor.js'
import { type Contact, useContacts } from './use-contacts.js'
import { useBroadcast } from './use-broadcast.js'
import { useList } from './use-list.js'
import { useMarks } from './use-marks.js'
import { useMyPresence } from './use-my-presence.js'
import { useOthers } from './use-others.js'
import { useRow } from './use-row.js'
import { useRows } from './use-rows.js'
import { useSharedObject } from './use-shared-object.js'

const schema = defineSchema({
  addressBook: object({
    title: value<string>(),
    year: value<number>(),
    contacts: shared({ name: value<string>(), age: value<number>() }),
    drafts: local({ body: value<string>() }),
  }),
  todo: object({ done: value<boolean>() }),
  poll: object({ views: counter(), options: shared({ text: value<string>(), votes: counter() }) }),
  note: object({ title: value<string>(), body: text(), marks: marks() }),
  board: object({
    cards: list({ text: value<string>(), value: value<number>() }),
    tags: list(value<string>()),
    people: shared({ name: value<string>() }),
  }),
})
const collab = createCollab(schema)
const team = collab.ref.addressBook('team')
const board = collab.ref.board('board')

interface Todo {
  readonly title: string
  readonly due?: number
}

describe('with a schema', () => {
  it('[HOOK17] infers the fields of an object', () => {
    const [own, change] = collab.useSharedObject(team)
    expectTypeOf(own).toEqualTypeOf<
      { readonly title?: string; readonly year?: number } | undefined
    >()
    change({ title: 'x' })
    change((draft) => {
      draft.year = 1
      delete draft.title
    })
    // @ts-expect-error no such field
    change({ titel: 'x' })
    // @ts-expect-error wrong type
    change({ title: 1 })
    // @ts-expect-error a collection is no field
    change({ contacts: [] })
    // @ts-expect-error no such field
    change((draft) => void (draft.titel = 'x'))
    const [year] = collab.useSharedObject(team, (book) => book.year)
    expectTypeOf(year).toEqualTypeOf<number | undefined>()
    const [both] = collab.useSharedObject(team, {
      selector: ({ year: y }) => [y],
      isEqual: Object.is,
    })
    expectTypeOf(both).toEqualTypeOf<(number | undefined)[] | undefined>()
  })

  it('[HOOK17, HOOK40] counts only what counts', () => {
    const poll = collab.ref.poll('lunch')
    const [views, add] = collab.useCounter(poll, 'views')
    expectTypeOf(views).toEqualTypeOf<number | undefined>()
    add()
    collab.useCounter(poll, ['options', 'a', 'votes'])
    // @ts-expect-error no counter
    collab.useCounter(poll, ['options', 'a', 'text'])
    // @ts-expect-error no such field
    collab.useCounter(poll, 'likes')
    // @ts-expect-error a counter is added to, and not written
    collab.useSharedObject(poll)[1]({ views: 1 })
    // @ts-expect-error a counter is added to, and not written
    collab.useRows(poll, 'options').add({ text: 'x', votes: 1 })
    const [option] = collab.useRow(poll, 'options', 'a')
    expectTypeOf(option?.votes).toExtend<number | undefined>()
  })

  it('[HOOK17] infers rows', () => {
    const rows = collab.useRows(team, 'contacts', {
      where: (contact) => (contact.age ?? 0) > 1,
      orderBy: 'name',
    })
    if (rows.status === 'ready') {
      expectTypeOf(rows.data[0]!.id).toBeString()
      expectTypeOf(rows.data[0]!.age).toEqualTypeOf<number | undefined>()
    } else expectTypeOf(rows.data).toEqualTypeOf<undefined>()
    rows.add({ name: 'x' })
    rows.add({ id: 'own', age: 1 })
    rows.update('own', (draft) => void (draft.age = 2))
    // @ts-expect-error wrong type
    rows.add({ name: 1 })
    // @ts-expect-error no such field
    rows.add({ nmae: 'x' })
    // @ts-expect-error an id does not change
    rows.update('own', { id: 'other' })
    // @ts-expect-error no such collection
    collab.useRows(team, 'contact')
    // @ts-expect-error a field is no collection
    collab.useRows(team, 'title')
    // @ts-expect-error no such field
    collab.useRows(team, 'contacts', { orderBy: 'nmae' })
    expectTypeOf(collab.useRows(team, 'drafts').data?.[0]?.body).toEqualTypeOf<string | undefined>()
  })

  it('[HOOK17] infers one row', () => {
    const [row, change] = collab.useRow(team, 'contacts', 'x')
    expectTypeOf(row?.name).toEqualTypeOf<string | undefined>()
    const [age] = collab.useRow(team, 'contacts', 'x', (contact) => contact.age)
    expectTypeOf(age).toEqualTypeOf<number | undefined>()
    // @ts-expect-error wrong type
    change({ age: 'old' })
    // @ts-expect-error no such collection
    collab.useRow(team, 'nobody', 'x')
  })

  it('[HOOK17] infers contacts, and only where there are any', () => {
    const { contacts, add } = collab.useContacts(team, { orderBy: 'age' })
    expectTypeOf(contacts?.[0]?.age).toEqualTypeOf<number | undefined>()
    // @ts-expect-error no such field
    add({ phone: '1' })
    // @ts-expect-error this kind of object has no contacts
    collab.useContacts(collab.ref.todo('x'))
    // @ts-expect-error no such kind of object
    collab.ref.nobody('x')
    // @ts-expect-error these hooks take references
    collab.useRows('team', 'contacts')
  })

  it('[HOOK17] infers the same when a plain hook gets a reference', () => {
    expectTypeOf(useSharedObject(team)[0]?.year).toEqualTypeOf<number | undefined>()
    expectTypeOf(useRows(team, 'contacts').data?.[0]?.age).toEqualTypeOf<number | undefined>()
    expectTypeOf(useRow(team, 'contacts', 'x')[0]?.age).toEqualTypeOf<number | undefined>()
    expectTypeOf(useContacts(team).contacts?.[0]?.age).toEqualTypeOf<number | undefined>()
    // @ts-expect-error no such collection
    useRows(team, 'contact')
  })
})

describe('converters', () => {
  class Book {
    readonly title: string
    constructor(title = '') {
      this.title = title
    }
  }
  const converter = {
    fromObject: ({ title }: { readonly title?: string }) => new Book(title),
    toObject: ({ title }: Book) => ({ title }),
  }

  it('[HOOK62] give the app’s own shape', () => {
    const [book, set, error] = collab.useSharedObject(team, { converter })
    expectTypeOf(book).toEqualTypeOf<Book | undefined>()
    expectTypeOf(error).toEqualTypeOf<CollabError | undefined>()
    set(new Book('x'))
    set((now) => new Book(now.title))
    // @ts-expect-error another shape
    set({ name: 'x' })
    // @ts-expect-error another shape
    set(() => 'x')
    const [title] = collab.useSharedObject(team, { converter, selector: (own) => own.title })
    expectTypeOf(title).toEqualTypeOf<string | undefined>()
    // @ts-expect-error no such member
    collab.useSharedObject(team, { converter, selector: (own) => own.titel })
    // @ts-expect-error there is no way back
    collab.useSharedObject(team, { converter: { fromObject: () => 1 } })
    collab.useSharedObject(team, {
      // @ts-expect-error wrong type of field
      converter: { fromObject: () => new Book(), toObject: (own) => ({ title: own.title.length }) },
    })
    collab.useSharedObject(team, {
      converter: {
        // @ts-expect-error no such field
        fromObject: ({ titel }) => new Book(titel as string),
        toObject: (own: Book) => ({ title: own.title }),
      },
    })
  })

  it('[HOOK62] work without a schema, and with Suspense', () => {
    const [book, set] = useSharedObject('team', { converter })
    expectTypeOf(book).toEqualTypeOf<Book | undefined>()
    set(new Book())
    expectTypeOf(useSharedObject(team, { converter })[0]).toEqualTypeOf<Book | undefined>()
    const [inferred] = useSharedObject('team', {
      converter: {
        fromObject: ({ title }: { title?: string }) => new Book(title),
        toObject: (own) => ({ title: own.title }),
      },
    })
    expectTypeOf(inferred).toEqualTypeOf<Book | undefined>()
    const ready = createSuspenseCollab(schema)
    expectTypeOf(ready.useSharedObject(team, { converter })[0]).toEqualTypeOf<Book>()
    expectTypeOf(useReadyObject('team', { converter })[0]).toEqualTypeOf<Book>()
  })
})

describe('an object as a whole', () => {
  it('[HOOK17] is one of the schema', () => {
    expectTypeOf(collab.useBranch(team, 'draft').target).toEqualTypeOf<typeof team>()
    expectTypeOf(collab.useOthers<{ name: string }>(board)).toEqualTypeOf<
      readonly Peer<{ name: string }>[]
    >()
    expectTypeOf(
      createSuspenseCollab(schema).useMyPresence<{ name: string }>(team)[0],
    ).toEqualTypeOf<Readonly<Partial<{ name: string }>>>()
    const other = createCollab(
      defineSchema({ shop: object({ open: value<boolean[]>() }) }),
    ).ref.shop('x')
    // @ts-expect-error of another schema
    collab.useUndo(other)
    // @ts-expect-error an id says nothing of its kind
    collab.useHasSynced('team')
  })
})

describe('texts', () => {
  const note = collab.ref.note('n')

  it('[HOOK60] have marks', () => {
    const { ranges, mark, at } = collab.useMarks(note, 'body', { grows: { link: true } })
    expectTypeOf(ranges?.[0]?.marks['bold']).toEqualTypeOf<Value | undefined>()
    expectTypeOf(at(0)).toEqualTypeOf<Readonly<Record<string, Value>>>()
    mark(0, 1, 'bold')
    mark(0, 1, 'link', 'https://example.org')
    // @ts-expect-error no value
    mark(0, 1, 'link', () => 'x')
    // @ts-expect-error no text
    collab.useMarks(note, 'title')
    // @ts-expect-error no such field
    useMarks(note, 'bdoy')
    // @ts-expect-error wrong type
    useMarks(note, 'body', { grows: 'link' })
    expectTypeOf(collab.useRows(note, 'marks').data?.[0]?.kind).toEqualTypeOf<string | undefined>()
  })
})

describe('places in texts', () => {
  const note = collab.ref.note('n')

  it('[HOOK61] are held', () => {
    const [place, hold] = collab.useAnchor(note, 'body')
    expectTypeOf(place?.from).toEqualTypeOf<number | undefined>()
    expectTypeOf(hold(0, 1)).toEqualTypeOf<TextRange>()
    expectTypeOf(hold(null)).toEqualTypeOf<undefined>()
    useAnchor('n', 'body', place?.range)
    // @ts-expect-error an offset is a number
    hold('0')
    // @ts-expect-error no text
    collab.useAnchor(note, 'title')
    // @ts-expect-error offsets are not what is stored
    useAnchor('n', 'body', { from: 0, to: 1 })
  })
})

describe('lists', () => {
  it('[HOOK34] infers rows of a list', () => {
    const cards = collab.useList(board, 'cards', { where: (card) => (card.value ?? 0) > 1 })
    if (cards.status === 'ready') expectTypeOf(cards.data[0]!.id).toBeString()
    expectTypeOf(cards.data?.[0]?.text).toEqualTypeOf<string | undefined>()
    cards.add({ text: 'x' })
    cards.insert(0, { id: 'own', text: 'x' }, { value: 1 })
    cards.update('own', (draft) => void (draft.value = 2))
    expectTypeOf(cards.insert(0, {}).ids).toEqualTypeOf<readonly string[]>()
    cards.move('own', 0)
    cards.moveBefore(['own'], 'other')
    // @ts-expect-error no such field
    cards.add({ txet: 'x' })
    // @ts-expect-error a list of rows takes fields
    cards.insert(0, 'x')
    // @ts-expect-error wrong type
    cards.update('own', { text: 1 })
    // @ts-expect-error an id does not change
    cards.update('own', { id: 'other' })
    // @ts-expect-error an item is moved to an index
    cards.move('own', 'other')
    // @ts-expect-error no such list
    collab.useList(board, 'card')
    // @ts-expect-error a collection that is no list
    collab.useList(board, 'people')
    // @ts-expect-error these hooks take references
    collab.useList('board', 'cards')
    // @ts-expect-error no such list
    useList(team, 'contacts')
  })

  it('[HOOK34] infers values of a list', () => {
    const tags = collab.useList(board, 'tags')
    expectTypeOf(tags.data?.[0]?.value).toEqualTypeOf<string | undefined>()
    tags.insert(0, 'red', 'blue')
    tags.update('x', 'green')
    // @ts-expect-error wrong type
    tags.add(1)
    // @ts-expect-error a list of values takes values
    tags.add({ value: 'red' })
    // @ts-expect-error wrong type
    tags.update('x', { value: 'red' })
  })

  it('[HOOK34] takes a type where there is no schema', () => {
    const todos = useList<Todo>('home', 'todos')
    expectTypeOf(todos.data?.[0]?.due).toEqualTypeOf<number | undefined>()
    // @ts-expect-error a field that must be there is missing
    todos.add({ due: 1 })
    const tags = useList<ValueItem<number>>('home', 'tags')
    tags.add(1)
    // @ts-expect-error wrong type
    tags.add('1')
  })

  it('[HOOK18] has nothing undefined that was loading', () => {
    const ready = createSuspenseCollab(schema)
    expectTypeOf(ready.useList(board, 'tags').data[0]!.value).toBeString()
    // @ts-expect-error a collection that is no list
    ready.useList(board, 'people')
  })
})

describe('without one', () => {
  it('[HOOK2] tells what may be undefined', () => {
    const [todo, change] = useSharedObject<Todo>('todo')
    expectTypeOf(todo).toEqualTypeOf<Todo | undefined>()
    change({ due: 1 })
    // @ts-expect-error a field that must be there cannot be removed
    change((draft) => void delete draft.title)
    const [due] = useSharedObject('todo', (own: Todo) => own.due)
    expectTypeOf(due).toEqualTypeOf<number | undefined>()
    const rows = useRows<Todo>('list', 'todos')
    // @ts-expect-error loading or failed: there may be no data
    expectTypeOf(rows.data.length).toBeNumber()
    if (rows.status === 'ready') expectTypeOf(rows.data[0]!.title).toBeString()
    if (rows.status === 'failed') expectTypeOf(rows.error.code).toBeString()
    const [row] = useRow<Todo>('list', 'todos', 'x')
    expectTypeOf(row?.id).toEqualTypeOf<string | undefined>()
  })

  it('[HOOK16] knows what a contact commonly holds', () => {
    const { contacts, add, update } = useContacts('team', { orderBy: 'email' })
    expectTypeOf(contacts?.[0]?.phone).toEqualTypeOf<string | undefined>()
    add({ name: 'Ada' })
    update('x', { phone: '1' })
    // @ts-expect-error no such field
    add({ fon: '1' })
    expectTypeOf<Contact['id']>().toBeString()
  })

  it('[HOOK6] tells at once the id of what was added', () => {
    const { add } = useRows<Todo>('list', 'todos')
    expectTypeOf(add({ title: 'x' }).id).toBeString()
    expectTypeOf(add({ title: 'x' }).local).toEqualTypeOf<Promise<void>>()
    expectTypeOf(add({ title: 'x' }).server).toEqualTypeOf<Promise<number>>()
    // @ts-expect-error a field that must be there is missing
    add({})
  })
})

describe('presence', () => {
  interface Me {
    name: string
    row?: string
  }

  it('[HOOK70] is updated by the fields of one type, of an id or a reference', () => {
    const [me, update] = useMyPresence<Me>(team, { name: 'Ada' })
    expectTypeOf(me.name).toEqualTypeOf<string | undefined>()
    update({ row: 'x' })
    // @ts-expect-error no such field
    update({ rows: 'x' })
    // @ts-expect-error a value of another type
    useMyPresence<Me>('team', { name: 1 })
  })

  it('[HOOK71] is read whole, or as what is selected', () => {
    expectTypeOf(useOthers<Me>('team')[0]!.state.name).toEqualTypeOf<string | undefined>()
    expectTypeOf(useOthers<Me>(team)[0]!.principal).toEqualTypeOf<string | undefined>()
    const count = useOthers('team', (peers: readonly Peer<Me>[]) => peers.length)
    expectTypeOf(count).toBeNumber()
  })

  it('[HOOK72] says what it hears', () => {
    const say = useBroadcast<'wave' | 'nod', Me>('team', (message, from) => {
      expectTypeOf(message).toEqualTypeOf<'wave' | 'nod'>()
      expectTypeOf(from.state.name).toEqualTypeOf<string | undefined>()
    })
    say('wave')
    // @ts-expect-error another message
    say('shout')
  })
})

describe('with Suspense', () => {
  it('[HOOK18] has nothing undefined that was loading', () => {
    expectTypeOf(useReadyRows<Todo>('list', 'todos').data.length).toBeNumber()
    const ready = createSuspenseCollab(schema)
    expectTypeOf(ready.useContacts(team).contacts.length).toBeNumber()
    expectTypeOf(ready.useSharedObject(team)[0].title).toEqualTypeOf<string | undefined>()
    expectTypeOf(ready.useRows(team, 'contacts').data[0]!.age).toEqualTypeOf<number | undefined>()
    // @ts-expect-error no such collection
    ready.useRows(team, 'contact')
  })
})

it('[OWN1] owned rows show their owner, who is not written; references are text', () => {
  const library = createCollab(
    defineSchema({
      library: object({
        files: owned({ path: value<string>(), tag: ref('tags') }, { by: 'client' }),
        tags: shared({ name: value<string>(), owner: value<number>() }),
      }),
    }),
  )
  const home = library.ref.library('home')
  const useFiles = () => {
    const files = library.useRows(home, 'files', { owner: 'me', orderBy: 'path' })
    const [file] = files.data ?? []
    expectTypeOf(file!.owner).toEqualTypeOf<string>()
    expectTypeOf(file!.mine).toEqualTypeOf<boolean>()
    expectTypeOf(file!.tag).toEqualTypeOf<string | undefined>()
    files.add({ path: 'a', tag: 'x' })
    // @ts-expect-error -- a row is made in one's own name
    files.add({ path: 'a', owner: 'me' })
    // @ts-expect-error -- the owner of a row does not change
    files.update('x', { owner: 'me' })
    // @ts-expect-error -- what refers to a row is text
    files.update('x', { tag: 1 })
    // @ts-expect-error -- only owned rows are one's own
    library.useRows(home, 'tags', { owner: 'me' })
    // @ts-expect-error -- rows of others alone are not asked for
    library.useRows(home, 'files', { owner: 'them' })
    // A shared row may well have a field of that name.
    library.useRows(home, 'tags').add({ name: 'a', owner: 1 })
  }
  expectTypeOf(useFiles).toBeFunction()
})
