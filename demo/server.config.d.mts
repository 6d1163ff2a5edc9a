import type { Schema } from 'react-collab'

/** Whose rows are whose in the library. */
export const schema: Schema
/** Believes everybody; whoever has no token is nobody. */
export function authenticate(token: string | undefined, about: { readonly client: string }): string
/** Everyone may do everything. */
export function authorize(): boolean
/** Says why an event is refused; undefined lets it pass. */
export function guard(event: readonly unknown[]): string | undefined
