export {
  CollabError,
  counter,
  type ErrorCode,
  defineSchema,
  derived,
  list,
  local,
  type MarkFields,
  type MarkRange,
  marks,
  type MarkValues,
  object,
  owned,
  type OwnedBy,
  type OwnedRows,
  ProtocolError,
  ref,
  type RefField,
  RefusedError,
  type Schema,
  shared,
  StorageError,
  text,
  type TextAnchor,
  type TextEdit,
  type TextRange,
  UsageError,
  value,
  type Value,
} from '@react-collab/core'
export { type ClientOptions, createClient, type StoreOption } from './create-client.js'
export { type Branch, branchesOf, branchOf, type BranchTarget } from './branch.js'
export type { Client, OutboxView, PendingEdit, Reloaded, TokenSource } from './client.js'
export { compareTexts, type TextComparison } from './compare-texts.js'
export type { ConnectionState } from './connection.js'
export { convert, type Converted, type Converter } from './convert.js'
export type { AddedMany, BatchOptions, BatchProgress } from './create-many.js'
export type { Written } from './edit.js'
export type { FieldPath } from './field-path.js'
export { giveUp } from './give-up.js'
export { adoptEdits, signOut, type Unsent } from './sign-out.js'
export type { EditableText } from './editable-text.js'
export { type Fold, type FoldedText, foldText } from './folded-text.js'
export type { SavedFold } from './saved-folds.js'
export { type ClientPool, poolOf, type PoolState } from './pool/client-pool.js'
export type { PoolClient } from './pool/pool-list.js'
export { colorOf, inkOn } from './presence/color.js'
export { type Presence, presenceOf } from './presence/presence.js'
export type { Peer } from './presence/roster.js'
export type { Caret, CaretLook } from './presence/text-carets.js'
export { seed, type SeedContent, type SeedOptions } from './seed.js'
export type { SharedCounter } from './shared-counter.js'
export type { SharedText } from './shared-text.js'
export type { TextElement } from './text-binding.js'
export { type Dictionary, dictionaryOf } from './list/dictionary.js'
export { type ListName, listOf } from './list/list-of.js'
export type { Inserted, ObjectList } from './list/object-list.js'
export { type RowSet, setOf } from './list/row-set.js'
export { foldMarks } from './marks/folded-marks.js'
export { marksOf, type MarksOptions } from './marks/marks-of.js'
export { safeLink } from './marks/safe-link.js'
export type { EditableMarks, TextMarks } from './marks/text-marks.js'
export type { Added, Change, FieldValues, SharedObject } from './shared-object.js'
export { CaretLayer, type CaretLayerProps } from './react/caret-layer.js'
export { CollabProvider, type CollabProviderProps } from './react/collab-provider.js'
export { type Collab, createCollab, type Kinds, type Refs } from './react/create-collab.js'
export type { IsEqual } from './react/is-same.js'
export type { Fields, RowActions, Shown } from './react/row-actions.js'
export type { ObjectRef } from './object-ref.js'
export type { ItemIn, Owned, RowIn, ValueItem } from './react/target.js'
export { type HeldRange, type HoldRange, useAnchor } from './react/use-anchor.js'
export { type OnMessage, useBroadcast } from './react/use-broadcast.js'
export { useCarets } from './react/use-carets.js'
export { useClientPool } from './react/use-client-pool.js'
export { useClient } from './react/use-client.js'
export { type ConnectionControl, useConnection } from './react/use-connection.js'
export {
  type Contact,
  type Contacts,
  type ContactsOptions,
  useContacts,
} from './react/use-contacts.js'
export {
  type ItemChange,
  type List,
  type ListActions,
  type ListOptions,
  type NewItem,
  useList,
} from './react/use-list.js'
export { type MarkActions, type Marks, useMarks } from './react/use-marks.js'
export { type UpdatePresence, useMyPresence } from './react/use-my-presence.js'
export { useOthers } from './react/use-others.js'
export { type Outbox, useOutbox } from './react/use-outbox.js'
export { useOwner } from './react/use-owner.js'
export {
  type BranchActions,
  type BranchState,
  type BranchView,
  useBranch,
} from './react/use-branch.js'
export { type Add, useCounter } from './react/use-counter.js'
export { type Folding, useFold } from './react/use-fold.js'
export { useHasSynced } from './react/use-has-synced.js'
export {
  type OverwrittenList,
  type OverwrittenOptions,
  useOverwritten,
} from './react/use-overwritten.js'
export { useRow } from './react/use-row.js'
export { type Rows, type RowsOptions, type RowsState, useRows } from './react/use-rows.js'
export {
  type ConvertedValue,
  type ConverterOptions,
  type Selection,
  type Selector,
  type SetFields,
  type SetValue,
  useSharedObject,
} from './react/use-shared-object.js'
export { type BoundText, type TextProps, type UndoKeyEvent, useText } from './react/use-text.js'
export { type Undo, useUndo } from './react/use-undo.js'
export { useWindow, type Window, type WindowRange } from './react/use-window.js'
export { useSyncStatus } from './react/use-sync-status.js'
export { type Overwrites, overwritesOf, type OverwrittenValue } from './overwrites.js'
export { removeObject } from './removal.js'
export type { Compare, RowView, SortedRows } from './sorted-rows.js'
export type { Progress } from './staging.js'
export type { SyncState, SyncStatus } from './status.js'
export { anchorRange, resolveRange, type TextSpot } from './text-range.js'
export { historyOf, type UndoHistory } from './undo-history.js'
export type { WindowOptions } from './windows/check-windows.js'
export type { RowWindow, WindowRows } from './windows/row-window.js'
export type { LocalStore, Rejected } from './store/store.js'
