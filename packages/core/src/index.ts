export {
  ClockError,
  CollabError,
  cut,
  type ErrorCode,
  errorCodes,
  InvariantError,
  isErrorCode,
  located,
  ProtocolError,
  RefusedError,
  type Retry,
  StorageError,
  UsageError,
} from './errors.js'
export {
  canonicalJson,
  checkJson,
  isWellFormed,
  type Json,
  jsonFromValue,
  type JsonObject,
  limits,
  sameJson,
  utf8Length,
  type Value,
  valueFromJson,
} from './json.js'
export {
  checkField,
  checkRowKey,
  collectionPrefix,
  isObjectId,
  isRowKey,
  ITEM,
  type ObjectId,
  objectId,
  ownedKey,
  ownerOf,
  parseRowKey,
  PLACE,
  prefixOf,
  ROOT,
  rowKey,
  type RowKey,
  rowName,
  TOMBSTONE,
} from './names.js'
export {
  counterOf,
  createReplica,
  formatStamp,
  isReplica,
  isSeedStamp,
  isStamp,
  MAX_COUNTER,
  MAX_MS,
  msOf,
  parseStamp,
  type Replica,
  replicaOf,
  seedStamp,
  type Stamp,
  stampAfter,
  type StampParts,
} from './stamp.js'
export { type Clock, createClock } from './clock.js'
export {
  parseContacts,
  parseSpacedrive,
  nanosFromNtp64,
  ntp64FromNanos,
  stampFromContacts,
  stampFromSpacedrive,
  stampToContacts,
  stampToSpacedrive,
} from './stamp-formats.js'
export {
  type BadEvent,
  contentHash,
  type Event,
  type EventMeta,
  isCreated,
  eventReplica,
  type Origin,
  originOf,
  type Patch,
  type TextPatch,
  readEvent,
  readEvents,
  withOrigin,
} from './event.js'
export {
  createDigests,
  DIGEST_EVERY,
  type Digests,
  differingBuckets,
  digestBucket,
  digestOfWords,
  digestRow,
  digestRows,
  digestsOf,
  digestWords,
  exchangeDigest,
} from './digest.js'
export { type Renamed, renameEvent, Renaming } from './rename.js'
export { hashText } from './hash.js'
export { checkCount } from './sum.js'
export {
  applyPatch,
  applyToRow,
  emptyRow,
  inPlace,
  isDeleted,
  mergeRows,
  type OwnText,
  readRegister,
  readSum,
  readText,
  type Row,
  rowView,
} from './row.js'
export {
  applyEvent,
  isVoid,
  applyPatches,
  canonicalState,
  createObjectState,
  type ObjectState,
  patchesByRow,
  type RowPatches,
} from './object-state.js'
export { type AnchorSide, isTextAnchor, type TextAnchor, type TextRange } from './text/anchor.js'
export { diffTexts, type TextPart } from './text/diff.js'
export {
  type HiddenRange,
  hiddenIndex,
  rangeAfter,
  shownEdit,
  shownIndex,
  withHidden,
} from './text/folds.js'
export { joinOps } from './text/join-ops.js'
export {
  LiveText,
  type Reborn,
  type Removed,
  type TextChange,
  type TextView,
} from './text/live-text.js'
export {
  type Delete as TextDelete,
  type ElementRef,
  type Insert as TextInsert,
  type Side as ChildSide,
  type TextEdit,
  type TextOps,
  type TextWriter,
} from './text/ops.js'
export { readTextOps } from './text/read-ops.js'
export { type TextSnapshot } from './text/snapshot.js'
export { Text, textPieces } from './text/text.js'
export { type BlockKeys, type Gap, placeBlock } from './list/block.js'
export {
  circleOf,
  comparePlaced,
  type Placed,
  placedOf,
  readLists,
  shownListOf,
} from './list/lists.js'
export {
  between,
  isOrderKey,
  keysBetween,
  MAX_KEY,
  type OrderKey,
  writerTag,
  type WriterTag,
} from './list/order-key.js'
export { checkListId, checkPlace, type Place, placeOf } from './list/place.js'
export { type Mark, type MarkOfText, readMark, textName } from './marks/mark.js'
export { MarkPlaces } from './marks/mark-places.js'
export { type MarkRange, type MarkValues, paintMarks, type Stroke } from './marks/paint.js'
export {
  type PackedTexts,
  packRows,
  packTexts,
  type RowGroup,
  type RowPage,
  unpackRows,
  unpackTexts,
} from './row-page.js'
export {
  type Collection,
  type CollectionsOf,
  counter,
  type Counted,
  type CounterField,
  defineSchema,
  kindOf,
  type Edited,
  type Field,
  type Fields,
  type FieldType,
  list,
  type ListsOf,
  local,
  type MarkFields,
  marks,
  object,
  type ObjectSpec,
  type PathsOf,
  type RootOf,
  type RowList,
  type RowOf,
  type Schema,
  shared,
  text,
  type TextField,
  value,
  type ValueField,
  type ValueList,
} from './schema.js'
export { checkHolder, checkNames } from './schema-calls.js'
export { owned, type OwnedBy, type OwnedRows, ref, type RefField } from './schema-owned.js'
export type { WindowedRows } from './schema-windowed.js'
export {
  type OldFields,
  type RowPlace,
  type Upcast,
  type Upcasts,
  upcastFailed,
  upcastRow,
  type Versions,
} from './upcast.js'
export { derived, type Derivation, type DerivedRows } from './schema-derived.js'
export { type StandardSchema, validated, type Verdict } from './validator.js'
export { isVersioned, readWritten, type Written, writtenUnder } from './written.js'
export {
  type Ack,
  type Auth,
  type Echo,
  type Entries,
  type Failure,
  type Fatal,
  type HashedNumber,
  type MovedNumber,
  type Heads,
  type Owners,
  type OwnerSets,
  type RemoveObject,
  type ObjectRemoved,
  type HelloDown,
  type HelloUp,
  type Join,
  type Joined,
  type Leave,
  messages,
  type Push,
  type Refusal,
  type Seen,
} from './protocol/messages.js'
export type { Pool, PoolMember } from './protocol/pool.js'
export type { Cursor, Numbers } from './protocol/scalars.js'
export { unpackStatePage } from './protocol/page-reader.js'
export { packStatePage } from './protocol/state-page.js'
export type { Digest, State, StateEnd, StatePlace } from './protocol/states.js'
export type { PeerName, PresenceDown, PresenceUp, SaidUp } from './protocol/presence.js'
export { type Shape } from './protocol/shape.js'
export { PROTOCOL_FLOOR, PROTOCOL_VERSION } from './protocol/version.js'
export { apply, compose, composeAll, invert, merge } from './change/algebra.js'
export {
  type Algebra,
  type Body,
  type Change,
  CustomChange,
  type Delete,
  type Encoders,
  type Fields as FieldChanges,
  type Increment,
  type Insert,
  type Items,
  type Keep,
  type Merged,
  type Meta,
  type Output,
  type Part,
  type Path,
  type Put,
  type Removal,
  type Replace,
  type Steps,
  type Take,
} from './change/change.js'
export { type DecodeChange, type Decoders } from './change/change-decode.js'
export { type Codec, createCodec, type Registered } from './change/codec.js'
export {
  changeSet,
  increment,
  meta,
  move,
  moveTo,
  pathChange,
  replace,
  run,
  splice,
} from './change/constructors.js'
export {
  CustomValue,
  type Data,
  type DataObject,
  type EncodeData,
  type Maybe,
} from './change/data.js'
export { type DecodeValue } from './change/data-codec.js'
export {
  difference,
  type ItemDifference,
  listDifference,
  type NamedItem,
} from './change/difference.js'
export { type Dot, fromDot, toDot } from './change/dot.js'
export {
  type MappedIndex,
  type MappedPath,
  mapIndex,
  mapPath,
  type Side,
} from './change/map-path.js'
export { RefContainer, RefUpdate } from './change/ref-container.js'
export {
  type Caret,
  caret,
  mapRef,
  type PathRef,
  pathRef,
  range,
  type RangeRef,
  type Ref,
} from './change/refs.js'
export { RichText, setAttr, type Span } from './change/rich-text.js'
export { type ChangedRun, CustomSequence, type Sequence } from './change/sequence.js'
export { changeOfEdits, editsOfParts } from './change/text-edits.js'
export { Union } from './change/union.js'
export { type Branch, createBranch } from './stream/branch.js'
export { moveInStream, spliceStream, updateStream } from './stream/edits.js'
export { type Fold, foldOver } from './stream/fold.js'
export { follow, type Followed } from './stream/follow.js'
export { createJournal, type Journal, type Operation, type Rebased } from './stream/journal.js'
export {
  createSession,
  restoreSession,
  type Session,
  type SessionOptions,
} from './stream/session.js'
export { createStream, type Next, type Stream } from './stream/stream.js'
export { field, item, type Substream, substream } from './stream/substream.js'
export { createUndo, type Undo, type UndoOptions } from './stream/undo.js'
