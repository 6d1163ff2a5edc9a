import {
  type HelloUp,
  messages,
  PROTOCOL_FLOOR,
  PROTOCOL_VERSION,
  ProtocolError,
} from '@react-collab/core'
import { checkMessage } from './depth.js'
import type { HostOptions } from './options.js'

/** Reads a handshake; throws an error whose code says which side is too old. */
export function readHello(handshake: unknown, { schema, schemaFloor }: HostOptions): HelloUp {
  checkMessage(handshake)
  const hello = messages.hello.read(handshake, 'hello')
  if (hello.protocol > PROTOCOL_VERSION || hello.protocol < PROTOCOL_FLOOR) {
    const spoken = `protocols ${PROTOCOL_FLOOR} to ${PROTOCOL_VERSION} are spoken here`
    throw new ProtocolError('PROTOCOL_UNSUPPORTED', spoken)
  }
  if (schema !== undefined && hello.schema !== undefined && hello.schema > schema.version) {
    const message = `this client has version ${hello.schema} of the schema, and the server version ${schema.version}`
    throw new ProtocolError('SERVER_TOO_OLD', message)
  }
  // Without a schema nothing says that it knows what was written since: that is older than any.
  if (schemaFloor !== undefined && (hello.schema ?? 0) < schemaFloor) {
    const given = hello.schema === undefined ? 'has no schema' : `has version ${hello.schema}`
    const message = `schemas below version ${schemaFloor} are not taken any more, and this client ${given}`
    throw new ProtocolError('CLIENT_TOO_OLD', message)
  }
  return hello
}
