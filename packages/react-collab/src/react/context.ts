import { type Context, createContext } from 'react'
import type { Client } from '../client.js'

/** Hands the client down the tree. */
export const ClientContext: Context<Client | undefined> = createContext<Client | undefined>(
  undefined,
)
