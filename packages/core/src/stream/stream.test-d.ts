import { expectTypeOf, test } from 'vitest'
import { spliceStream, updateStream } from './edits.js'
import { createStream, type Stream } from './stream.js'
import { field, item } from './substream.js'

interface Todo {
  readonly done: boolean
  readonly text: string
}

const todos = createStream<readonly Todo[]>([])

test('[STR22] parts of a stream have the types of their values', () => {
  expectTypeOf(item(todos, 0).value).toEqualTypeOf<Todo>()
  expectTypeOf(field(item(todos, 0), 'done').value).toEqualTypeOf<boolean>()
  expectTypeOf(createStream('a')).toEqualTypeOf<Stream<string>>()
})

test('[STR22] wrong use does not compile', () => {
  // @ts-expect-error No such field.
  field(item(todos, 0), 'name')
  // @ts-expect-error Another type.
  updateStream(field(item(todos, 0), 'done'), 'yes')
  // @ts-expect-error A list takes no text.
  spliceStream(todos, 0, 0, 'x')
})
